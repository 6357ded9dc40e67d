#pragma once

#include <string>

#include "agent/server/exchange.h"
#include "common/maintenance/verdict.h"
#include "common/result.h"

namespace maintenance::agent {

/// How a failure looks from outside: at the root {"error": "…"}, under /v1 an RFC 9457 problem.
enum class ErrorStyle { seed, problem };

/// The HTTP status that says the same as an Error of ours.
[[nodiscard]] int status_of(ErrorKind kind) noexcept;
/// The HTTP status of a refusal: its first refusing guard's.
[[nodiscard]] int status_of(const Verdict& verdict) noexcept;

[[nodiscard]] ApiResponse failure(ErrorStyle style, int status, const std::string& detail);
[[nodiscard]] ApiResponse failure(ErrorStyle style, const Error& error);
/// The answer to a caller who is not let in: 401 with the challenge of RFC 6750, 403, or 503 when
/// it could not be found out.
[[nodiscard]] ApiResponse access_failure(ErrorStyle style, const Error& error);
/// The value of a Warning header: 299 with a quoted, cut, one-line text.
[[nodiscard]] std::string warning_text(const std::string& message);
[[nodiscard]] ApiResponse refusal(ErrorStyle style, const Verdict& verdict);

}  // namespace maintenance::agent
