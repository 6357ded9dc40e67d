#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// How long the agent is asked again and again when a pod is to be put back and the way there is
/// gone: a restart of an API server takes less.
inline constexpr std::chrono::milliseconds put_back_tries{std::chrono::seconds(30)};

/// `run`: puts the pod into maintenance, runs the command in it, and lets the pod run again unless
/// it was in maintenance before; also when interrupted, or when the connection was lost. Gives back
/// the command's exit code, or one of ours when the command did not come to its end or the pod is
/// not back.
[[nodiscard]] int run_run(const RunCommand& command, Surroundings& surroundings,
                          LocalStreams& local);

}  // namespace maintenance::plugin
