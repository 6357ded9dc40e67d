#pragma once

#include <span>
#include <string>

#include "common/result.h"

namespace maintenance::gate {

/// What the program is asked to do.
enum class Mode {
  hold,    ///< hold the pod while its record exists (no flag)
  status,  ///< say whether it is held
  copy,    ///< copy the program itself
  help,
  version
};

/// Everything that can be configured. Plain data.
struct Options {
  Mode mode = Mode::hold;
  std::string directory = "/etc/maintenance";  ///< where the maintenance ConfigMap is mounted
  std::string pod;                             ///< whose record counts
  std::string copy_to;                         ///< Mode::copy: the folder to copy to
  std::string proc_root = "/proc";             ///< where the processes of this container are seen
};

/// Reads flags (without the program's own name) and an environment of "NAME=value" entries; a flag
/// wins over its variable, an empty variable counts as unset. Fails with ErrorKind::invalid.
[[nodiscard]] Result<Options> parse_options(std::span<const char* const> arguments,
                                            std::span<const char* const> environment);

/// The text of --help, made from the same table that parse_options() reads.
[[nodiscard]] std::string help_text();

}  // namespace maintenance::gate
