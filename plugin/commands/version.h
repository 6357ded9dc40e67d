#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// `version`: our own; needs no cluster.
[[nodiscard]] ExitCode run_version(const VersionCommand& command, Io& io);

}  // namespace maintenance::plugin
