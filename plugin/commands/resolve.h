#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// Puts names in the place of what stands for them: labels, or everything that is in maintenance.
/// Names stay as they are. `not_found` when no replica has the labels; nothing in maintenance is no
/// failure, but no names either.
[[nodiscard]] Result<Targets> resolve_targets(const Targets& targets, Agent& agent,
                                              AgentLink& link);

}  // namespace maintenance::plugin
