#pragma once

#include <string>

#include "common/http/message.h"
#include "common/result.h"

namespace maintenance::kube {

/// An API server's answer as a Result: the answer itself when it is a success, otherwise an Error
/// whose kind comes from the HTTP code and whose cause is the Status object's message. A Status
/// with status=Failure is a failure even inside a 2xx answer (eviction with two budgets).
/// `doing` says what was asked: "evicting pod ns/name".
[[nodiscard]] Result<http::Response> check_status(Result<http::Response> answer,
                                                  const std::string& doing);

/// True for a Status object: it was the API server that answered, and nothing behind or before it.
[[nodiscard]] bool is_status(const http::Response& answer);

}  // namespace maintenance::kube
