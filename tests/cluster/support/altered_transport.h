#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "common/http/transport.h"

namespace maintenance::testing {

/// Stands between a client and the real server: a test may change a request on its way, do
/// something before it is sent or after it was answered, or replace the answer. The function
/// gets the request and `forward`, which sends one to the real server.
/// Borrows its inner transport; thread-safe when inner and function are.
class AlteredTransport final : public http::Transport {
 public:
  using Answer = Result<http::Response>;
  using Forward = std::function<Answer(const http::Request&)>;
  using Alteration = std::function<Answer(const http::Request&, const Forward&)>;

  AlteredTransport(http::Transport& inner, Alteration alteration)
      : inner_(inner), alteration_(std::move(alteration)) {}

  [[nodiscard]] Answer send(const http::Request& request, Deadline deadline) override {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    return alteration_(
        request, [&](const http::Request& altered) { return inner_.send(altered, deadline); });
  }

  /// Everything that was asked for so far, as it came in.
  [[nodiscard]] std::vector<http::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  http::Transport& inner_;
  Alteration alteration_;
  mutable std::mutex mutex_;
  std::vector<http::Request> requests_;
};

/// What a client sees when a write was sent and its answer never came.
[[nodiscard]] inline Error lost_answer() {
  return Error{ErrorKind::unknown_outcome, "sending", "the connection was lost"};
}

}  // namespace maintenance::testing
