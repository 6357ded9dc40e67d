#pragma once

#include <vector>

#include "common/result.h"

namespace maintenance::plugin {

/// What the process ends with; documented in every command's help and never renumbered.
enum class ExitCode : int {
  done = 0,
  error = 1,
  usage = 2,
  refused = 3,
  not_found = 4,
  not_allowed = 5,
  unreachable = 6,
  timed_out = 7,
  changed_by_others = 8,
  some_failed = 9,
  interrupted = 130
};

/// The code for a failure of this kind.
[[nodiscard]] ExitCode exit_code_of(ErrorKind kind) noexcept;

/// One code for several targets: theirs, when all ended alike; `some_failed` otherwise.
[[nodiscard]] ExitCode combine(const std::vector<ExitCode>& codes) noexcept;

}  // namespace maintenance::plugin
