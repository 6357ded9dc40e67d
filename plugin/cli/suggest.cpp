#include "plugin/cli/suggest.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "plugin/cli/parse.h"
#include "plugin/cli/targets.h"

namespace maintenance::plugin {
namespace {

using Words = std::vector<Suggestions::Word>;

/// Flags whose values are known beforehand. What agents of another version know besides can still
/// be typed.
const std::vector<std::pair<std::string_view, Words>>& known_values() {
  static const std::vector<std::pair<std::string_view, Words>> table{
      {"--output", {{"table", ""}, {"json", ""}, {"yaml", ""}, {"name", ""}, {"wide", ""}}},
      {"--transport", {{"auto", ""}, {"tunnel", ""}, {"proxy", ""}}},
      {"--override",
       {{"last-datacenter", "nobody could read or write"},
        {"replica-down", "quorum is at risk"},
        {"disruption-budget", "deletes instead of evicting"},
        {"rollout", "the StatefulSet is being changed"}}}};
  return table;
}

constexpr std::array<std::string_view, 6> file_flags{
    "--filename",           "--kubeconfig", "--certificate-authority",
    "--client-certificate", "--client-key", "--agent-certificate-authority"};

/// One flag of the command's help: "-n, --namespace=''".
struct Flag {
  std::string shorthand;  ///< "-n" or nothing
  std::string name;       ///< "--namespace"
  std::string about;
  bool takes_value = true;
};

Flag flag_of(const OptionHelp& option) {
  Flag flag;
  const auto from = option.flags.find("--");
  const auto to = option.flags.find('=', from);
  if (from > 0) flag.shorthand = option.flags.substr(0, 2);
  flag.name = option.flags.substr(from, to - from);
  const std::string shown_default = option.flags.substr(to + 1);
  flag.takes_value = shown_default != "true" && shown_default != "false";
  flag.about = option.text.substr(0, option.text.find(". "));
  if (flag.about.ends_with('.')) flag.about.pop_back();
  return flag;
}

/// The state after the words before the one that is typed.
class Line {
 public:
  explicit Line(const std::vector<CommandShape>& shapes) : shapes_(shapes) {
    for (const OptionHelp& option : connection_option_help())
      global_.push_back(flag_of(option));
  }

  void read(const std::string& word) {
    if (pending_ != nullptr) {
      note(word);
      pending_ = nullptr;
    } else if (only_words_ || word.empty() || word.front() != '-' || word == "-") {
      take(word);
    } else if (word == "--") {
      only_words_ = true;
    } else {
      read_flag(word);
    }
  }

  [[nodiscard]] Suggestions next(const std::string& typed) const {
    if (pending_ != nullptr) return values(*pending_, typed, "");
    if (!only_words_ && !typed.empty() && typed.front() == '-') return flags(typed);
    if (command_ == nullptr) return commands(typed);
    if (only_words_ && command_->takes_command) return {};
    return targets(typed);
  }

 private:
  [[nodiscard]] const Flag* find(const std::string& word) const {
    for (const auto* list : {&own_, &global_}) {
      for (const Flag& flag : *list) {
        if (flag.name == word || (!flag.shorthand.empty() && flag.shorthand == word)) return &flag;
      }
    }
    return nullptr;
  }
  [[nodiscard]] bool is_global(const Flag& flag) const {
    return std::any_of(global_.begin(), global_.end(),
                       [&](const Flag& other) { return &other == &flag; });
  }

  void take(const std::string& word) {
    if (command_ != nullptr) {
      words_.push_back(word);
      return;
    }
    for (const CommandShape& shape : shapes_) {
      if (shape.name != word) continue;
      command_ = &shape;
      for (const OptionHelp& option : shape.own)
        own_.push_back(flag_of(option));
    }
  }

  void read_flag(const std::string& word) {
    const auto equals = word.find('=');
    const Flag* flag = find(word.substr(0, equals));
    // "-nvalue"
    const bool attached = flag == nullptr && word.size() > 2 && word[1] != '-';
    if (attached) flag = find(word.substr(0, 2));
    if (flag == nullptr) return;
    if (is_global(*flag)) connection_.push_back(word);
    if (!attached && equals == std::string::npos && flag->takes_value) pending_ = flag;
  }
  void note(const std::string& value) {
    if (is_global(*pending_)) connection_.push_back(value);
  }

  static void add(Suggestions& to, const std::string& text, const std::string& about) {
    if (text.rfind(to.typed, 0) == 0) to.words.push_back({text, about});
  }

  [[nodiscard]] Suggestions commands(const std::string& typed) const {
    Suggestions out;
    out.typed = typed;
    for (const CommandShape& shape : shapes_)
      add(out, shape.name, shape.summary);
    return out;
  }

  [[nodiscard]] Suggestions flags(const std::string& typed) const {
    const auto equals = typed.find('=');
    if (equals != std::string::npos) {
      const Flag* flag = find(typed.substr(0, equals));
      return flag == nullptr ? Suggestions{} : values(*flag, typed, flag->name + "=");
    }
    Suggestions out;
    out.typed = typed;
    for (const auto* list : {&own_, &global_}) {
      for (const Flag& flag : *list)
        add(out, flag.name, flag.about);
    }
    return out;
  }

  [[nodiscard]] Suggestions values(const Flag& flag, const std::string& typed,
                                   const std::string& in_front) const {
    Suggestions out;
    out.typed = typed;
    out.files = std::find(file_flags.begin(), file_flags.end(), flag.name) != file_flags.end();
    for (const auto& [name, words] : known_values()) {
      if (name != flag.name) continue;
      for (const auto& word : words) {
        const bool wide_elsewhere =
            word.text == "wide" && (command_ == nullptr || command_->name != "status");
        if (!wide_elsewhere) add(out, in_front + word.text, word.about);
      }
    }
    return out;
  }

  [[nodiscard]] Suggestions targets(const std::string& typed) const {
    Suggestions out;
    out.typed = typed;
    for (const std::string& word : command_->arguments) {
      if (words_.empty()) add(out, word, "");
    }
    if (command_->targets == TargetsWanted::none) return out;
    const auto slash = typed.find('/');
    if (slash != std::string::npos) {
      out.names = wanted(typed.substr(0, slash), typed.substr(0, slash + 1));
    } else if (words_.empty()) {
      add(out, "pod", "replicas by name");
      if (command_->targets == TargetsWanted::pods_or_dcs) add(out, "dc", "whole datacenters");
    } else {
      out.names = wanted(words_.front(), "");
    }
    return out;
  }

  /// The names of a kind, when that is one and the agent can be reached by what is said so far.
  [[nodiscard]] std::optional<WantedNames> wanted(const std::string& kind,
                                                  const std::string& in_front) const {
    const auto known = parse_targets({kind, "x"});
    if (!known) return std::nullopt;
    std::vector<std::string> line{"status"};
    line.insert(line.end(), connection_.begin(), connection_.end());
    const Command command = parse_command_line(line);
    const auto* status = std::get_if<StatusCommand>(&command);
    if (status == nullptr) return std::nullopt;
    WantedNames out{known->kind, in_front, std::nullopt, words_, status->connection};
    if (command_->name == "enable") out.held = false;
    if (command_->name == "disable") out.held = true;
    return out;
  }

  const std::vector<CommandShape>& shapes_;
  std::vector<Flag> global_;
  std::vector<Flag> own_;
  const CommandShape* command_ = nullptr;
  const Flag* pending_ = nullptr;  ///< waits for its value
  bool only_words_ = false;
  std::vector<std::string> words_;
  std::vector<std::string> connection_;  ///< flags that say where the agent is
};

}  // namespace

Suggestions suggest(const std::vector<std::string>& words) {
  if (words.empty() || words.size() > suggest_words_max) return {};
  const std::vector<CommandShape> shapes = command_shapes();
  Line line(shapes);
  for (std::size_t at = 0; at + 1 < words.size(); ++at)
    line.read(words[at]);
  return line.next(words.back());
}

}  // namespace maintenance::plugin
