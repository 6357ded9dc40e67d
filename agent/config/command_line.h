#pragma once

#include <span>
#include <string>

#include "common/result.h"

namespace maintenance::agent {

/// What the program was started for. All settings come from the environment.
enum class Mode { run, version, help, check_config };

/// Fails with `invalid` for anything but one known flag or none.
[[nodiscard]] Result<Mode> parse_command_line(std::span<const char* const> arguments);

[[nodiscard]] std::string help_text();

}  // namespace maintenance::agent
