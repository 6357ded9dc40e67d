#pragma once

#include <string>
#include <vector>

#include "common/kube/access.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// The whole program but for the process around it: the words after the program's name in, an
/// exit code out. Never throws.
[[nodiscard]] int run_program(const std::vector<std::string>& words, Io& io,
                              const kube::Environment& environment);

}  // namespace maintenance::plugin
