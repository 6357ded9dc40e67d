#pragma once

#include <string>

#include "common/maintenance/state.h"
#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// `enable` and `disable`: sends the wish for each target, waits for its effect, and says nothing
/// of success before the state was read again. A failing target does not stop the others.
[[nodiscard]] ExitCode run_enable(const EnableCommand& command, Surroundings& surroundings);
[[nodiscard]] ExitCode run_disable(const DisableCommand& command, Surroundings& surroundings);

}  // namespace maintenance::plugin
