#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"

namespace maintenance::agent {

/// What the program was started for.
enum class Mode { run, version, help, check_config, print_config };

/// The settings that were given as flags, by the flag in the table.
using FlagValues = std::map<std::string_view, std::string>;

struct CommandLine {
  Mode mode = Mode::run;
  std::string config_file;  ///< empty: not given
  FlagValues values;
};

/// Reads "--flag=value" and "--flag value". Fails with `invalid` and names the argument.
[[nodiscard]] Result<CommandLine> parse_command_line(std::span<const char* const> arguments);

[[nodiscard]] std::string help_text();

}  // namespace maintenance::agent
