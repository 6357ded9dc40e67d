#include "plugin/manifest/inject.h"

#include <Poco/JSON/Object.h>

#include <algorithm>

#include "common/text/json.h"
#include "common/text/printable.h"
#include "plugin/manifest/gateable.h"
#include "plugin/output/document.h"

namespace maintenance::plugin {
namespace {

using manifest::Gateable;
using manifest::gateable;
using manifest::maps_of;
using manifest::named;
using manifest::text_of;
using manifest::Values;

constexpr const char* copy_name = "maintenance-gate-copy";
constexpr const char* program_volume = "maintenance-gate";
constexpr const char* records_volume = "maintenance";
/// What a container of the strictest pod security standard needs to say.
constexpr const char* restricted = "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}";

using Lines = std::vector<std::string>;

Error in_the_way(int line, const std::string& why) {
  return Error{ErrorKind::invalid, "", "line " + std::to_string(line) + ": " + why};
}

/// Where the last line of a value is. Right for what has no text over several lines at its end,
/// which is so of everything that we write.
int last_line(const YamlValue& value) {
  int last = value.line;
  for (const YamlValue& item : value.items)
    last = std::max(last, last_line(item));
  for (const YamlMember& member : value.members)
    last = std::max({last, member.line, last_line(member.value)});
  return last;
}

/// A list of maps in the text, or the place where it belongs.
struct Place {
  int line = 0;           ///< to insert before
  int column = 0;         ///< of the dashes
  std::string heading;    ///< the key's line, when that is not there yet
  int heading_lines = 0;  ///< the key's line goes, because it holds an empty list in brackets
};

/// The gate of one object's pods.
class Gating {
 public:
  Gating(const Gateable& target, const Lines& lines, const InjectOptions& options, Injection& out)
      : target_(target), lines_(lines), options_(options), out_(out) {}

  Result<void> run() {
    const Values inits = maps_of(target_.pod, "initContainers");
    const YamlValue* copy = named(inits, copy_name);
    const YamlValue* gate = named(inits, options_.names.gate);
    if (options_.remove) {
      if (copy == nullptr || gate == nullptr) return note("has no gate of this project");
      return remove();
    }
    if (copy != nullptr && gate != nullptr) return note("has the gate already");
    if (gate != nullptr) return note("has another init container " + options_.names.gate);
    return add();
  }

 private:
  Result<void> note(const std::string& what) {
    out_.notes.push_back(target_.shown + " " + what + "; it was left as it is");
    return {};
  }

  Result<void> add() {
    for (const YamlValue* volume : maps_of(target_.pod, "volumes")) {
      const std::string name = text_of(volume->find("name"));
      if (name != program_volume && name != records_volume) continue;
      return in_the_way(volume->line, target_.shown + " has a volume " + name + " of its own");
    }
    const auto config_map = config_map_name();
    if (!config_map) return config_map.error();
    const auto image = cassandra_image();
    if (!image) return image.error();
    Lines containers = copy_lines();
    const Lines gate = gate_lines(*image);
    containers.insert(containers.end(), gate.begin(), gate.end());
    insert("initContainers", containers);
    insert("volumes",
           {"- {name: " + std::string(program_volume) + ", emptyDir: {}}",
            "- name: " + std::string(records_volume), "  configMap: {name: " + *config_map + "}"});
    return {};
  }

  Result<std::string> config_map_name() const {
    if (!options_.config_map.empty()) return options_.config_map;
    if (!target_.cluster.empty()) return target_.cluster + "-maintenance-configmap";
    return in_the_way(target_.line, target_.shown +
                                        " has no label cassandra-cluster-instance in its template; "
                                        "name the ConfigMap with --config-map");
  }

  /// As JSON, which YAML understands.
  Result<std::string> cassandra_image() const {
    const YamlValue* image = target_.cassandra->find("image");
    if (image != nullptr) return to_json(*image);
    if (!options_.cassandra_image.empty()) return options_.cassandra_image;
    return in_the_way(target_.cassandra->line,
                      target_.shown +
                          " leaves Cassandra's image to its operator; name the one that "
                          "runs with --cassandra-image");
  }

  [[nodiscard]] Lines copy_lines() const {
    return {"- name: " + std::string(copy_name),
            "  image: " + options_.image,
            "  command: [/maintenance-gate, --copy-to, /copied]",
            "  securityContext: " + std::string(restricted),
            "  resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 32Mi}}",
            "  volumeMounts:",
            "  - {name: " + std::string(program_volume) + ", mountPath: /copied}"};
  }

  /// Cassandra's own image, so that its tools are at hand, with its data and as much memory.
  [[nodiscard]] Lines gate_lines(const std::string& image) const {
    Lines out{"- name: " + options_.names.gate, "  image: " + image};
    const auto take_over = [&](const char* key, const std::string& otherwise) {
      const YamlValue* value = target_.cassandra->find(key);
      const std::string text = value == nullptr ? otherwise : to_json(*value);
      if (!text.empty()) out.push_back("  " + std::string(key) + ": " + text);
    };
    take_over("imagePullPolicy", "");
    out.emplace_back("  command: [/maintenance-gate/maintenance-gate]");
    out.emplace_back("  env:");
    out.emplace_back("  - name: POD_NAME");
    out.emplace_back("    valueFrom: {fieldRef: {fieldPath: metadata.name}}");
    take_over("securityContext", restricted);
    take_over("resources", "");
    out.emplace_back("  volumeMounts:");
    out.push_back("  - {name: " + std::string(program_volume) +
                  ", mountPath: /maintenance-gate, readOnly: true}");
    out.push_back("  - {name: " + std::string(records_volume) +
                  ", mountPath: /etc/maintenance, readOnly: true}");
    const auto& volumes = target_.data_volumes;
    for (const YamlValue* mount : maps_of(target_.cassandra, "volumeMounts")) {
      const std::string name = text_of(mount->find("name"));
      if (std::find(volumes.begin(), volumes.end(), name) == volumes.end()) continue;
      out.push_back("  - " + to_json(*mount));
    }
    for (const std::string& mount : target_.operator_mounts)
      out.push_back("  - " + mount);
    return out;
  }

  /// Where the dash of a list's item is.
  [[nodiscard]] int dash_column(const YamlValue& item) const {
    const std::string& line = lines_[static_cast<std::size_t>(item.line) - 1];
    return static_cast<int>(line.rfind('-', static_cast<std::size_t>(item.column)));
  }

  [[nodiscard]] Place place_of(const std::string& key) const {
    const YamlMember* containers = target_.pod->member("containers");
    const YamlMember* list = target_.pod->member(key);
    if (list != nullptr && !list->value.items.empty()) {
      const YamlValue& first = list->value.items.front();
      return {first.line, dash_column(first), "", 0};
    }
    const int dashes = dash_column(containers->value.items.front());
    const std::string heading =
        std::string(static_cast<std::size_t>(containers->column), ' ') + key + ":";
    // "initContainers: []"
    if (list != nullptr) return {list->line, dashes, heading, 1};
    int line = containers->line;
    // Above what somebody says of the containers.
    while (line > 1 && is_comment(line - 1))
      --line;
    return {line, dashes, heading, 0};
  }

  [[nodiscard]] bool is_comment(int line) const {
    const std::string& text = lines_[static_cast<std::size_t>(line) - 1];
    const auto first = text.find_first_not_of(' ');
    return first != std::string::npos && text[first] == '#';
  }

  void insert(const std::string& key, const Lines& item_lines) {
    const Place place = place_of(key);
    Edit edit{place.line, place.heading_lines, {}};
    if (!place.heading.empty()) edit.added.push_back(place.heading);
    for (const std::string& line : item_lines)
      edit.added.push_back(std::string(static_cast<std::size_t>(place.column), ' ') + line);
    change(std::move(edit));
  }

  /// Once: objects may share a template by an alias, and then its lines.
  void change(Edit edit) {
    auto& edits = out_.edits;
    if (std::find(edits.begin(), edits.end(), edit) == edits.end())
      edits.push_back(std::move(edit));
  }

  Result<void> remove() {
    remove_items("initContainers", {copy_name, options_.names.gate});
    remove_items("volumes", {program_volume, records_volume});
    return {};
  }

  void remove_items(const std::string& key, const std::vector<std::string>& names) {
    const YamlMember* list = target_.pod->member(key);
    if (list == nullptr) return;
    std::size_t gone = 0;
    for (const YamlValue& item : list->value.items) {
      const std::string name = text_of(item.find("name"));
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      change({item.line, last_line(item) - item.line + 1, {}});
      ++gone;
    }
    // A heading with nothing below it would be another value.
    if (gone > 0 && gone == list->value.items.size()) change({list->line, 1, {}});
  }

  const Gateable& target_;
  const Lines& lines_;
  const InjectOptions& options_;
  Injection& out_;
};

/// Lines cannot be inserted between brackets.
bool is_in_brackets(const YamlValue& object, const YamlValue* pod) {
  const auto flows = [](const YamlValue* value) {
    return value != nullptr && value->flow && !(value->items.empty() && value->members.empty());
  };
  return object.flow || flows(pod) || flows(pod->find("containers")) ||
         flows(pod->find("initContainers")) || flows(pod->find("volumes"));
}

/// The same documents without brackets.
Result<std::string> rewritten(const std::vector<YamlValue>& documents) {
  std::string out;
  for (const YamlValue& document : documents) {
    if (document.kind != YamlValue::Kind::map) {
      return Error{ErrorKind::invalid, "line " + std::to_string(document.line),
                   "this document is no object"};
    }
    const auto object = text::parse_json_object(to_json(document), "rewriting the manifest");
    if (!object) return object.error();
    out += (out.empty() ? "" : "---\n") + render_document(**object, Format::yaml);
  }
  return out;
}

/// Lines know nothing of anchors and aliases: what came out is read again before anybody gets it.
Result<void> verify(const Injection& plan, const InjectOptions& options) {
  const Error unfit{ErrorKind::invalid, "",
                    "its anchors and aliases do not allow to change it by lines; write them out"};
  const auto documents = parse_yaml_documents(apply_edits(plan.before, plan.edits), "");
  if (!documents) return unfit;
  for (const YamlValue* object : manifest::objects_of(*documents)) {
    const auto target = gateable(*object, options.names);
    if (!target) continue;
    const YamlValue* pod = target->pod;
    const auto headings =
        std::count_if(pod->members.begin(), pod->members.end(), [](const YamlMember& member) {
          return member.key == "initContainers" || member.key == "volumes";
        });
    const Values inits = maps_of(pod, "initContainers");
    const auto count = std::count_if(inits.begin(), inits.end(), [](const YamlValue* init) {
      return text_of(init->find("name")) == copy_name;
    });
    const bool gate = named(inits, options.names.gate) != nullptr;
    if (headings > 2 || count > 1 || (options.remove ? count > 0 : !gate)) return unfit;
  }
  return {};
}

}  // namespace

Result<Injection> plan_injection(const std::string& text, const InjectOptions& options) {
  auto documents = parse_yaml_documents(text, "");
  if (!documents) return documents.error();
  Injection out{text, {}, {}};
  const auto objects = manifest::objects_of(*documents);
  const bool brackets = std::any_of(objects.begin(), objects.end(), [&](const YamlValue* object) {
    const auto target = gateable(*object, options.names);
    return target && is_in_brackets(*object, target->pod);
  });
  if (brackets) {
    auto plain = rewritten(*documents);
    if (!plain) return plain.error();
    out.before = std::move(*plain);
    out.notes.emplace_back(
        "it is written in brackets; it was rewritten without them, in another "
        "order, and comments are lost");
    documents = parse_yaml_documents(out.before, "");
    if (!documents) return documents.error();
  }
  const Lines lines = split_lines(out.before);
  int targets = 0;
  for (const YamlValue* object : manifest::objects_of(*documents)) {
    const auto target = gateable(*object, options.names);
    if (!target) continue;
    ++targets;
    if (auto done = Gating(*target, lines, options, out).run(); !done) {
      return done.error();
    }
  }
  if (targets == 0) {
    out.notes.push_back(
        "there is no StatefulSet or CassandraDatacenter whose pods have a container " +
        options.names.cassandra);
  }
  if (auto verified = verify(out, options); !verified) return verified.error();
  return out;
}

}  // namespace maintenance::plugin
