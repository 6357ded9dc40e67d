#pragma once

#include <string>
#include <vector>

#include "common/kube/access.h"
#include "plugin/cli/program_name.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// The words after the program's name. Called as kubectl_complete-maintenance, which is how kubectl
/// asks for completions, the word for that comes first.
[[nodiscard]] std::vector<std::string> words_of(int argc, const char* const* argv);

/// The whole program but for the process around it: the words after the program's name in, an
/// exit code out. `called` is how people call it, for help and completion; messages on `io.err` are
/// renamed by the caller. Never throws.
[[nodiscard]] int run_program(const std::vector<std::string>& words, Io& io,
                              const kube::Environment& environment, const ProgramName& called = {});

}  // namespace maintenance::plugin
