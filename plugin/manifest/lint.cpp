#include "plugin/manifest/lint.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "plugin/manifest/yaml_path.h"

namespace maintenance::plugin {
namespace {

using manifest::at;
using manifest::maps_of;
using manifest::named;
using manifest::text_of;
using manifest::Values;

std::optional<long long> number_of(const YamlValue* value) {
  const std::string text = text_of(value);
  long long number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || rest != end) return std::nullopt;
  return number;
}

/// The rules for one object.
class ObjectLint {
 public:
  ObjectLint(const YamlValue& object, const ContainerNames& names, LintReport& report)
      : object_(object),
        names_(names),
        report_(report),
        shown_(text_of(object.find("kind")) + " " + text_of(at(&object, {"metadata", "name"}))) {}

  void stateful_set() {
    spec_ = at(&object_, {"spec", "template", "spec"});
    const Values containers = maps_of(spec_, "containers");
    cassandra_ = named(containers, names_.cassandra);
    if (cassandra_ == nullptr) return;
    ++report_.objects;
    policy(
        "pods can be held one at a time only; the policy of a StatefulSet cannot be changed: "
        "delete it with --cascade=orphan and apply it again");
    gate();
    drain();
    grace();
  }

  void cassandra_cluster() {
    ++report_.objects;
    policy("add podManagementPolicy: Parallel to its spec");
    std::set<std::string> seen;
    for (const YamlValue* dc : maps_of(object_.find("spec"), "dcs")) {
      const std::string name = text_of(dc->find("name"));
      if (name.empty() || seen.insert(name).second) continue;
      say(Severity::error, "same-datacenter", dc->line, "there are two datacenters " + name,
          "give each datacenter a name of its own");
    }
  }

 private:
  void say(Severity severity, const std::string& rule, int line, const std::string& message,
           const std::string& remedy) {
    report_.findings.push_back({severity, rule, line, shown_, message, remedy});
  }

  void policy(const std::string& remedy) {
    const YamlMember* spec = object_.member("spec");
    const YamlMember* policy =
        spec == nullptr ? nullptr : spec->value.member("podManagementPolicy");
    if (policy != nullptr && text_of(&policy->value) == "Parallel") return;
    const int line = policy != nullptr ? policy->line : spec != nullptr ? spec->line : object_.line;
    say(Severity::warning, "ordered-ready", line,
        policy == nullptr
            ? "podManagementPolicy is not set, and OrderedReady is what Kubernetes takes then"
            : "podManagementPolicy is " + text_of(&policy->value) + ", not Parallel",
        remedy);
  }

  void gate() {
    const YamlMember* list = spec_->member("initContainers");
    const YamlValue* gate = named(maps_of(spec_, "initContainers"), names_.gate);
    if (gate == nullptr) {
      say(Severity::error, "no-gate", list != nullptr ? list->line : spec_->line,
          "there is no init container " + names_.gate + ", so nothing can hold its pods",
          "add the gate: docs/install.md");
      return;
    }
    const Values volumes = maps_of(spec_, "volumes");
    bool mounts_config_map = false;
    for (const YamlValue* mount : maps_of(gate, "volumeMounts")) {
      const YamlValue* volume = named(volumes, text_of(mount->find("name")));
      const YamlMember* config_map = volume == nullptr ? nullptr : volume->member("configMap");
      if (config_map == nullptr) continue;
      mounts_config_map = true;
      records(*mount, *config_map);
    }
    if (!mounts_config_map) {
      say(Severity::error, "no-records", gate->line,
          "the gate mounts no ConfigMap, so it cannot see which pods are to be held",
          "mount the maintenance ConfigMap as a volume, whole");
    }
    data(*gate);
  }

  /// The ConfigMap as the gate sees it: each record is a file, and changes must arrive.
  void records(const YamlValue& mount, const YamlMember& config_map) {
    if (const YamlMember* part = mount.member("subPath")) {
      say(Severity::error, "sub-path", part->line,
          "with subPath the kubelet never refreshes the ConfigMap's volume",
          "mount the whole volume");
    }
    if (const YamlMember* items = config_map.value.member("items")) {
      say(Severity::error, "chosen-items", items->line,
          "with items the gate sees those keys only, and a record's key is a pod's name",
          "leave items out");
    }
    const YamlMember* optional = config_map.value.member("optional");
    if (optional != nullptr && is_true(optional->value)) {
      say(Severity::error, "optional-records", optional->line,
          "without its ConfigMap such a pod starts as if nothing were wished",
          "leave optional out");
    }
  }

  /// What Cassandra has, and whoever works in a held pod has not.
  void data(const YamlValue& gate) {
    const Values own = maps_of(&gate, "volumeMounts");
    const auto volumes = manifest::data_volumes(object_);
    const std::set<std::string> claims(volumes.begin(), volumes.end());
    for (const YamlValue* mount : maps_of(cassandra_, "volumeMounts")) {
      const std::string name = text_of(mount->find("name"));
      if (!claims.contains(name) || named(own, name) != nullptr) continue;
      say(Severity::warning, "no-data", gate.line,
          "the gate does not mount the volume " + name +
              " of Cassandra, so that it cannot be backed up while the pod is held",
          "mount " + name + " in the gate, at the same path");
    }
  }

  void drain() {
    if (at(cassandra_, {"lifecycle", "preStop"}) != nullptr) return;
    say(Severity::warning, "no-drain", cassandra_->line,
        "Cassandra has no preStop hook, so its commit log is replayed after every maintenance",
        "add a preStop hook that runs nodetool drain");
  }

  void grace() {
    const YamlMember* member = spec_->member("terminationGracePeriodSeconds");
    const auto seconds =
        member == nullptr ? std::optional<long long>(grace_s_default) : number_of(&member->value);
    if (seconds && *seconds >= grace_s_min) return;
    const std::string is = member == nullptr
                               ? "not set, which means " + std::to_string(grace_s_default) + " s"
                               : text_of(&member->value);
    say(Severity::warning, "short-grace", member != nullptr ? member->line : spec_->line,
        "terminationGracePeriodSeconds is " + is + ": a drain that takes longer is cut off",
        "give it what a drain of the fullest replica takes, such as 600");
  }

  const YamlValue& object_;
  const ContainerNames& names_;
  LintReport& report_;
  std::string shown_;
  const YamlValue* spec_ = nullptr;  ///< the pod template's
  const YamlValue* cassandra_ = nullptr;
};

void lint_object(const YamlValue& object, const ContainerNames& names, LintReport& report) {
  const std::string kind = text_of(object.find("kind"));
  if (kind == "StatefulSet") ObjectLint(object, names, report).stateful_set();
  if (kind == "CassandraCluster") ObjectLint(object, names, report).cassandra_cluster();
}

}  // namespace

Result<LintReport> lint_manifest(const std::string& text, const ContainerNames& names) {
  const auto documents = parse_yaml_documents(text, "");
  if (!documents) return documents.error();
  LintReport report;
  for (const YamlValue* object : manifest::objects_of(*documents))
    lint_object(*object, names, report);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const LintFinding& a, const LintFinding& b) { return a.line < b.line; });
  return report;
}

}  // namespace maintenance::plugin
