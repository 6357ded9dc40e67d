#pragma once

#include "common/clock.h"
#include "common/http/message.h"
#include "common/result.h"

namespace maintenance::http {

/// Sends one request and gives back one complete answer. Any HTTP status is a success here; an
/// Error means that no complete answer came: `unreachable` and `timeout` promise that a write did
/// not happen, `unknown_outcome` says that it may have.
/// Owned by main or a test; whether calls are thread-safe is said by each implementation.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual Result<Response> send(const Request& request, Deadline deadline) = 0;
};

}  // namespace maintenance::http
