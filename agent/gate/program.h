#pragma once

#include <span>

namespace maintenance::gate {

/// The whole program after block_signals(): reads its arguments (without its own name) and its
/// environment, does what they say, returns the exit code (exit_codes.h).
[[nodiscard]] int run_program(std::span<const char* const> arguments,
                              std::span<const char* const> environment);

}  // namespace maintenance::gate
