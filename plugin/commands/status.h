#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// `status`: the agent's report, whole or for some targets.
[[nodiscard]] ExitCode run_status(const StatusCommand& command, Surroundings& surroundings);

}  // namespace maintenance::plugin
