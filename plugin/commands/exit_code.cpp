#include "plugin/commands/exit_code.h"

#include <algorithm>

namespace maintenance::plugin {

ExitCode exit_code_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::not_found:
      return ExitCode::not_found;
    case ErrorKind::unauthorized:
    case ErrorKind::forbidden:
      return ExitCode::not_allowed;
    case ErrorKind::policy:
    case ErrorKind::too_many:
      return ExitCode::refused;
    case ErrorKind::unreachable:
      return ExitCode::unreachable;
    case ErrorKind::timeout:
      return ExitCode::timed_out;
    case ErrorKind::conflict:
      return ExitCode::changed_by_others;
    case ErrorKind::interrupted:
      return ExitCode::interrupted;
    case ErrorKind::invalid:
    case ErrorKind::unknown_outcome:
    case ErrorKind::protocol:
    case ErrorKind::too_large:
    case ErrorKind::server:
    case ErrorKind::internal:
      return ExitCode::error;
  }
  return ExitCode::error;
}

ExitCode combine(const std::vector<ExitCode>& codes) noexcept {
  if (codes.empty()) return ExitCode::done;
  const ExitCode first = codes.front();
  const bool alike =
      std::all_of(codes.begin(), codes.end(), [first](ExitCode code) { return code == first; });
  return alike ? first : ExitCode::some_failed;
}

}  // namespace maintenance::plugin
