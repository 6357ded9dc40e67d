#pragma once

#include <span>

#include "common/kube/access.h"

namespace maintenance::agent {

/// The whole program: starts what the arguments and the environment ask for, waits for SIGTERM or
/// SIGINT, and ends. Gives back the exit code.
[[nodiscard]] int run_program(std::span<const char* const> arguments,
                              const kube::Environment& environment);

}  // namespace maintenance::agent
