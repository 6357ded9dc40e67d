#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// Local connections at once; a browser opens six.
inline constexpr std::size_t forwarded_max = 64;

/// `port-forward`: listens on this machine and carries every connection to the agent, until
/// interrupted. Each one finds the agent anew, so that it may be replaced meanwhile.
[[nodiscard]] ExitCode run_port_forward(const PortForwardCommand& command,
                                        Surroundings& surroundings);

}  // namespace maintenance::plugin
