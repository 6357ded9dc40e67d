#pragma once

#include <string>
#include <vector>

#include "plugin/cli/options.h"
#include "plugin/cli/program_name.h"

namespace maintenance::plugin {

/// The texts of one command's help; its options come from its OptionTable.
struct CommandHelp {
  std::string name;     ///< "enable"
  std::string summary;  ///< one line, for the list of commands
  std::string description;
  std::string examples;
  std::string usage;  ///< "enable (pod NAME... | dc NAME) [options]"
  std::string more;   ///< a glossary or nothing
};

/// kubectl's form: description, examples, options, usage.
[[nodiscard]] std::string render_help(const CommandHelp& help,
                                      const std::vector<OptionHelp>& options,
                                      const ProgramName& name);
/// What `kubectl maintenance -h` prints.
[[nodiscard]] std::string render_overview(const std::vector<CommandHelp>& commands,
                                          const ProgramName& name);

/// "States:" and what they mean, a line each; "Exit codes:", likewise.
[[nodiscard]] std::string states_help();
[[nodiscard]] std::string exit_codes_help();
/// What this program is for, in one line; and in a few.
[[nodiscard]] std::string program_summary();
[[nodiscard]] std::string program_description();

[[nodiscard]] CommandHelp enable_help();
[[nodiscard]] CommandHelp disable_help();
[[nodiscard]] CommandHelp status_help();
[[nodiscard]] CommandHelp run_help();
[[nodiscard]] CommandHelp check_help();
[[nodiscard]] CommandHelp inject_help();
[[nodiscard]] CommandHelp config_help();
[[nodiscard]] CommandHelp port_forward_help();
[[nodiscard]] CommandHelp completion_help();
[[nodiscard]] CommandHelp version_help();

}  // namespace maintenance::plugin
