#pragma once

#include "common/kube/access.h"
#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// `completion`: prints a shell's script, or makes the link by which kubectl asks us, beside the
/// kubectl-maintenance that is first on the PATH.
[[nodiscard]] ExitCode run_completion(const CompletionCommand& command, Io& io,
                                      const kube::Environment& environment);

}  // namespace maintenance::plugin
