#pragma once

#include "common/kube/access.h"
#include "plugin/cli/command.h"
#include "plugin/cli/program_name.h"
#include "plugin/commands/exit_code.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// `completion`: prints a shell's script, or installs: the link by which kubectl asks us, beside
/// the program that is first on the PATH under this name, and manual pages where man looks for
/// those of it.
[[nodiscard]] ExitCode run_completion(const CompletionCommand& command, Io& io,
                                      const kube::Environment& environment,
                                      const ProgramName& called = {});

}  // namespace maintenance::plugin
