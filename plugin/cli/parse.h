#pragma once

#include <string>
#include <vector>

#include "plugin/cli/command.h"
#include "plugin/cli/help.h"
#include "plugin/cli/options.h"
#include "plugin/cli/program_name.h"

namespace maintenance::plugin {

/// What a command can be about.
enum class TargetsWanted { none, pods, pods_or_dcs };

/// The form of one command, for completion.
struct CommandShape {
  std::string name;
  std::string summary;
  std::vector<OptionHelp> own;  ///< its flags but for those of every command
  TargetsWanted targets = TargetsWanted::none;
  std::vector<std::string> arguments;  ///< or one of these words
  bool takes_command = false;          ///< after "--"
};
[[nodiscard]] std::vector<CommandShape> command_shapes();
/// All that help says of one command, for manual pages and documentation.
struct CommandReference {
  CommandHelp help;
  std::vector<OptionHelp> options;
};
[[nodiscard]] std::vector<CommandReference> command_references();
/// The flags of every command.
[[nodiscard]] std::vector<OptionHelp> connection_option_help();

/// Turns the words after the program's name into one value; help texts are in the name of `called`.
/// Touches nothing outside; never throws.
[[nodiscard]] Command parse_command_line(const std::vector<std::string>& words,
                                         const ProgramName& called = {});

}  // namespace maintenance::plugin
