#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// `config`: the records of the maintenance ConfigMap as the agent reads them, or the object.
[[nodiscard]] ExitCode run_config(const ConfigCommand& command, Surroundings& surroundings);

}  // namespace maintenance::plugin
