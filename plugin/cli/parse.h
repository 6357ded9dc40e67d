#pragma once

#include <string>
#include <vector>

#include "plugin/cli/command.h"

namespace maintenance::plugin {

/// Turns the words after the program's name into one value. Touches nothing outside; never throws.
[[nodiscard]] Command parse_command_line(const std::vector<std::string>& words);

}  // namespace maintenance::plugin
