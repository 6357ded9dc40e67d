#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/result.h"
#include "plugin/cli/command.h"
#include "plugin/cli/help.h"
#include "plugin/cli/options.h"
#include "plugin/cli/parse.h"

namespace maintenance::plugin {

/// One command: how its flags are declared, and how they become a value.
struct CommandDefinition {
  CommandHelp help;
  std::function<void(OptionTable&, RawOptions&)> declare;
  std::function<Result<Command>(const RawOptions&)> make;
  TargetsWanted targets = TargetsWanted::none;
  std::vector<std::string> arguments = {};
  bool takes_command = false;  ///< what comes after "--" is not ours
};

/// Every command that people can type, in the order in which help shows them.
[[nodiscard]] std::vector<CommandDefinition> definitions();

}  // namespace maintenance::plugin
