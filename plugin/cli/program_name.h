#pragma once

#include <string>
#include <string_view>

namespace maintenance::plugin {

/// How people call us unless they have given us another name.
inline constexpr const char* program_name = "kubectl maintenance";

/// The names under which people call this program. krew's index has it as cassandra-maintenance;
/// what is said to people must be what they can type. A plain value.
struct ProgramName {
  std::string command = program_name;                       ///< what is typed
  std::string file = "kubectl-maintenance";                 ///< what kubectl runs for it
  std::string completion = "kubectl_complete-maintenance";  ///< what kubectl asks at TAB
  friend bool operator==(const ProgramName&, const ProgramName&) = default;
};

/// From argv[0], by kubectl's rules: "kubectl-a_b-c" is typed "kubectl a-b c". The usual name when
/// it is not one of a plugin.
[[nodiscard]] ProgramName program_name_of(std::string_view called);

/// Whether argv[0] is the name by which kubectl asks for completions.
[[nodiscard]] bool is_asked_for_completions(std::string_view called);

/// `text` with the usual names in it replaced by these.
[[nodiscard]] std::string in_the_name_of(const ProgramName& name, std::string_view text);

}  // namespace maintenance::plugin
