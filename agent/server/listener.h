#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "agent/server/exchange.h"
#include "common/http/watchdog.h"
#include "common/result.h"

namespace maintenance::agent {

/// Longest time from accepting a connection to having its whole request: one deadline, so that a
/// byte every four seconds cannot keep a thread.
inline constexpr std::chrono::seconds request_read_time_max{5};
/// Longest life of a connection: the longest wait for a state, or the request's own time and the
/// time to take a record back, and the time to write the answer.
inline constexpr std::chrono::seconds connection_time_max{45};

/// Listens on one port and has a handler answer its requests, one for each connection: Poco's
/// server accepts and brings the threads; the request is read strictly before any of it is
/// believed. Owned by main (or a test); start and stop are for its owner's thread, the rest is
/// thread-safe.
class Listener {
 public:
  struct Settings {
    std::string bind;        ///< an address, or "any" for all of IPv4 and IPv6
    std::uint16_t port = 0;  ///< 0: any free one
    int threads_max = 4;     ///< requests at once; more wait in a queue of the same length
    std::chrono::milliseconds read_time_max = request_read_time_max;
  };
  /// What the connections share; outlives the last of them.
  struct Shared {
    Shared(Handler a_handler, http::Watchdog& a_watchdog, std::chrono::milliseconds a_read_time_max)
        : handler(std::move(a_handler)), watchdog(a_watchdog), read_time_max(a_read_time_max) {}
    const Handler handler;
    http::Watchdog& watchdog;
    const std::chrono::milliseconds read_time_max;
    std::atomic<int> in_flight{0};
  };

  /// Binds the port. Fails with `unreachable` when it is taken.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(const Settings& settings,
                                                              Handler handler,
                                                              http::Watchdog& watchdog);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void start();
  /// Accepts nothing more; requests under way go on.
  void stop_accepting();
  /// Requests that are being answered.
  [[nodiscard]] int in_flight() const noexcept { return shared_->in_flight.load(); }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  Listener(const Settings& settings, const Poco::Net::ServerSocket& socket,
           std::shared_ptr<Shared> shared);

  std::shared_ptr<Shared> shared_;
  std::uint16_t port_;
  Poco::ThreadPool threads_;
  std::unique_ptr<Poco::Net::TCPServer> server_;
};

}  // namespace maintenance::agent
