#pragma once

#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/kubeconfig/load.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// `inject`: prints the manifest with the gate, without it, or the difference. Needs no cluster.
[[nodiscard]] ExitCode run_inject(const InjectCommand& command, Io& io, const FileReader& read);

}  // namespace maintenance::plugin
