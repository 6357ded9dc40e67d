#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// Between two looks of a watch.
inline constexpr std::chrono::milliseconds watch_period{1000};
/// Looks in a row that may fail before a watch gives up: an API server that is being replaced is
/// back by then.
inline constexpr int failed_looks_max = 120;

/// `status -w`, after the first look: prints each pod again when something about it has changed, as
/// kubectl's -w does, until interrupted.
[[nodiscard]] ExitCode watch_status(const StatusCommand& command, const StatusAnswer& first,
                                    Agent& agent, Surroundings& surroundings);

}  // namespace maintenance::plugin
