#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "common/http/connection.h"

namespace maintenance::testing {

/// Keeps its connections open between requests: a test makes hundreds of them, and a TLS handshake
/// costs more than most. For the test's own requests; agents under test connect as they really do.
/// Borrows its watchdog; thread-safe.
class PooledTransport final : public http::Transport {
 public:
  PooledTransport(http::Endpoint endpoint, Poco::Net::Context::Ptr context,
                  http::Watchdog& watchdog);
  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override;

 private:
  using Connection = std::unique_ptr<http::Connection>;
  struct Idle {
    Connection connection;
    std::chrono::steady_clock::time_point since;
  };

  [[nodiscard]] Connection take_idle();

  http::Endpoint endpoint_;
  Poco::Net::Context::Ptr context_;
  http::Watchdog& watchdog_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  ///< the one that was used last is the last
};

}  // namespace maintenance::testing
