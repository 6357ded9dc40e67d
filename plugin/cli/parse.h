#pragma once

#include <string>
#include <vector>

#include "plugin/cli/command.h"
#include "plugin/cli/options.h"

namespace maintenance::plugin {

/// The form of one command, for completion.
struct CommandShape {
  std::string name;
  std::string summary;
  std::vector<OptionHelp> own;         ///< its flags but for those of every command
  bool has_targets = false;            ///< "pod NAME" and the like follow
  std::vector<std::string> arguments;  ///< or one of these words
};
[[nodiscard]] std::vector<CommandShape> command_shapes();
/// The flags of every command.
[[nodiscard]] std::vector<OptionHelp> connection_option_help();

/// Turns the words after the program's name into one value. Touches nothing outside; never throws.
[[nodiscard]] Command parse_command_line(const std::vector<std::string>& words);

}  // namespace maintenance::plugin
