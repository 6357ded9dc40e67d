#include "plugin/cli/targets.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "common/text/names.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

/// Targets of one command; a request for more than this is a mistake in a script.
constexpr std::size_t targets_max = 1000;

constexpr std::array<std::pair<std::string_view, TargetKind>, 7> kind_words{{
    {"pod", TargetKind::pod},
    {"pods", TargetKind::pod},
    {"po", TargetKind::pod},
    {"dc", TargetKind::dc},
    {"dcs", TargetKind::dc},
    {"datacenter", TargetKind::dc},
    {"datacenters", TargetKind::dc},
}};

std::optional<TargetKind> parse_kind(std::string_view word) {
  for (const auto& [text, kind] : kind_words) {
    if (text == word) return kind;
  }
  return std::nullopt;
}

Error refuse(const std::string& why) {
  return Error{ErrorKind::invalid, "", why};
}

Result<void> add(Targets& targets, const std::string& name) {
  const auto valid = targets.kind == TargetKind::pod ? text::check_subdomain("pod", name)
                                                     : text::check_label_value("datacenter", name);
  if (!valid) return valid.error();
  const auto& names = targets.names;
  if (std::find(names.begin(), names.end(), name) != names.end()) return {};
  if (names.size() >= targets_max) {
    return refuse("more than " + std::to_string(targets_max) + " names");
  }
  targets.names.push_back(name);
  return {};
}

/// "pod/a pod/b".
Result<Targets> parse_slashed(const std::vector<std::string>& words) {
  Targets out;
  std::optional<TargetKind> kind;
  for (const std::string& word : words) {
    const auto slash = word.find('/');
    if (slash == std::string::npos) {
      return refuse("there is no kind in " + text::quoted(word) +
                    "; write either 'pod a b' or 'pod/a pod/b'");
    }
    const auto this_kind = parse_kind(std::string_view(word).substr(0, slash));
    if (!this_kind) {
      return refuse("the kind of " + text::quoted(word) + " is neither pod nor dc");
    }
    if (kind && *kind != *this_kind) return refuse("pods and datacenters cannot be mixed");
    kind = this_kind;
    out.kind = *this_kind;
    if (auto added = add(out, word.substr(slash + 1)); !added) return added.error();
  }
  return out;
}

}  // namespace

Result<Targets> parse_targets(const std::vector<std::string>& words) {
  if (words.empty()) return refuse("name what it is about: 'pod NAME...' or 'dc NAME'");
  if (words.front().find('/') != std::string::npos) return parse_slashed(words);
  const auto kind = parse_kind(words.front());
  if (!kind) {
    return refuse("unknown kind " + text::quoted(words.front()) +
                  "; write 'pod NAME' or 'dc NAME'");
  }
  Targets out;
  out.kind = *kind;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].find('/') != std::string::npos) {
      return refuse(
          "there is no need to say the kind twice; write either 'pod a b' or "
          "'pod/a pod/b'");
    }
    if (auto added = add(out, words[i]); !added) return added.error();
  }
  if (out.names.empty()) {
    return refuse(*kind == TargetKind::pod ? "the name of a pod is missing"
                                           : "the name of a datacenter is missing");
  }
  return out;
}

bool is_pod_word(const std::string& word) {
  return parse_kind(word) == TargetKind::pod;
}

std::string target_name(TargetKind kind, const std::string& name) {
  return (kind == TargetKind::pod ? "pod/" : "dc/") + text::printable(name);
}

}  // namespace maintenance::plugin
