#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "plugin/cli/command.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// Agents that are asked at the same time: more would only wait for the API server.
inline constexpr std::size_t asked_at_once_max = 8;

/// What one agent said, or why it said nothing.
using PlaceAnswer = Result<StatusAnswer>;
/// Asks one agent; called from several threads.
using AskPlace = std::function<PlaceAnswer(const AgentPlace&)>;

/// `status -A`: the agents of all namespaces, asked side by side. Those that cannot be reached are
/// shown as such, and count as failures.
[[nodiscard]] ExitCode run_status_everywhere(const StatusCommand& command,
                                             Surroundings& surroundings, const AskPlace& ask);

}  // namespace maintenance::plugin
