#pragma once

#include <optional>
#include <string>

#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// Prints our own version, and the agent's when it is known.
void print_versions(const VersionCommand& command, const std::optional<std::string>& agent, Io& io);

/// `version`: ours and the agent's, with a warning when their minor versions differ.
[[nodiscard]] ExitCode run_version(const VersionCommand& command, Surroundings& surroundings);

/// What to say when client and agent are so far apart that one may not know what the other can.
[[nodiscard]] std::optional<std::string> version_skew(const std::string& agent);

}  // namespace maintenance::plugin
