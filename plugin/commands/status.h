#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// `status`: the agent's report, whole or for some targets.
[[nodiscard]] ExitCode run_status(const StatusCommand& command, Surroundings& surroundings);

/// The agent's own words as json or yaml, with the pods that were not asked for left out.
[[nodiscard]] std::string status_document(const StatusAnswer& answer, const StatusCommand& command);

}  // namespace maintenance::plugin
