#include "plugin/cli/program_name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace maintenance::plugin {
namespace {

/// Longer than any name of a plugin in krew's index.
constexpr std::size_t name_bytes_max = 100;

constexpr std::string_view program_prefix = "kubectl-";
constexpr std::string_view completion_prefix = "kubectl_complete-";

bool belongs_into_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

std::string_view file_of(std::string_view called) {
  return called.substr(called.find_last_of("/\\") + 1);
}

/// What comes behind the prefix, or nothing.
std::string_view plugin_part(std::string_view file) {
  for (const std::string_view prefix : {program_prefix, completion_prefix}) {
    if (file.substr(0, prefix.size()) == prefix) return file.substr(prefix.size());
  }
  return {};
}

}  // namespace

ProgramName program_name_of(std::string_view called) {
  std::string_view file = file_of(called);
  constexpr std::string_view windows_ending = ".exe";
  if (file.size() > windows_ending.size() &&
      file.substr(file.size() - windows_ending.size()) == windows_ending)
    file.remove_suffix(windows_ending.size());
  const std::string part(plugin_part(file));
  if (part.empty() || part.size() > name_bytes_max ||
      !std::all_of(part.begin(), part.end(), belongs_into_a_name))
    return {};
  std::string typed = part;
  std::replace(typed.begin(), typed.end(), '-', ' ');
  std::replace(typed.begin(), typed.end(), '_', '-');
  return {"kubectl " + typed, std::string(program_prefix) + part,
          std::string(completion_prefix) + part};
}

bool is_asked_for_completions(std::string_view called) {
  return file_of(called).substr(0, completion_prefix.size()) == completion_prefix;
}

std::string in_the_name_of(const ProgramName& name, std::string_view text) {
  const ProgramName usual;
  if (name == usual) return std::string(text);
  const std::array<std::pair<std::string_view, std::string_view>, 3> names = {{
      {usual.command, name.command},
      {usual.file, name.file},
      {usual.completion, name.completion},
  }};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto* const found = std::find_if(names.begin(), names.end(), [&text](const auto& pair) {
      return text.substr(0, pair.first.size()) == pair.first;
    });
    if (found == names.end()) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += found->second;
      text.remove_prefix(found->first.size());
    }
  }
  return out;
}

}  // namespace maintenance::plugin
