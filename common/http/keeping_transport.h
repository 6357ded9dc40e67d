#pragma once

#include <Poco/Net/Context.h>

#include <memory>
#include <mutex>
#include <vector>

#include "common/clock.h"
#include "common/http/connection.h"
#include "common/http/transport.h"

namespace maintenance::http {

/// Connections that are kept for later; as many as there are evictions at once. More would only lie
/// idle at the server.
inline constexpr std::size_t kept_connections_max = 16;
/// Kept no longer than this: API servers and what is before them close idle connections after a
/// minute or more, and a read on one that was closed costs a round trip for nothing.
inline constexpr std::chrono::seconds kept_idle_max{30};
/// A kept connection whose peer vanished without a word is given up after this long, by a read.
inline constexpr std::chrono::seconds kept_answer_max{2};

/// A Transport that saves reads and idempotent writes the TLS handshake: they go over a connection
/// left from an earlier request when there is one, and over a new one when that fails. Other writes
/// always get a new one, because on a connection that the server is closing nobody can tell whether
/// they happened.
/// Thread-safe; borrows the watchdog and the clock, owns its TLS context and connections.
class KeepingTransport final : public Transport {
 public:
  KeepingTransport(Endpoint endpoint, Poco::Net::Context::Ptr context, Watchdog& watchdog,
                   const Clock& clock);
  [[nodiscard]] Result<Response> send(const Request& request, Deadline deadline) override;
  /// Closes the connections that have been idle for `kept_idle_max`; otherwise the next request
  /// does, and that may not come for hours.
  void close_idle();

 private:
  struct Kept {
    std::unique_ptr<Connection> connection;
    Deadline since;
  };
  void forget_idle();
  [[nodiscard]] std::unique_ptr<Connection> take();
  void keep(std::unique_ptr<Connection> connection);
  void forget_all();

  Endpoint endpoint_;
  Poco::Net::Context::Ptr context_;
  Watchdog& watchdog_;
  const Clock& clock_;
  std::mutex mutex_;
  std::vector<Kept> kept_;
};

}  // namespace maintenance::http
