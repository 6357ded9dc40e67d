#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/ServerSocket.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/server/exchange.h"
#include "common/result.h"

namespace maintenance::agent {

/// What new connections show of themselves; null: nothing yet, so they are not served.
using TlsContext = std::function<Poco::Net::Context::Ptr()>;

/// How much of the agent strangers can take. A request is read and an answer written without a
/// thread of its own, so that a caller who is slow, silent or one of thousands keeps nobody else
/// waiting.
struct ListenerLimits {
  /// Requests at once; each is a thread that mostly waits for the API server.
  int threads_max = 4;
  /// From accepting a connection to having its whole request: one deadline, so that a byte every
  /// four seconds is no way to stay.
  std::chrono::milliseconds read_time_max = std::chrono::seconds(5);
  /// For the whole answer.
  std::chrono::milliseconds write_time_max = std::chrono::seconds(10);
  /// Open connections; beyond it the oldest one leaves of the address that has the most. Each has a
  /// file descriptor, of 1024 that a process usually has.
  std::size_t connections_max = 512;
  /// Requests that wait for a thread; beyond it they are answered 503 at once.
  std::size_t queue_max = 64;
  /// Answers that nobody takes, all together; beyond it the connection leaves that has had the
  /// longest.
  std::size_t unsent_bytes_max = 8UL * 1024 * 1024;
};

class ListenerLoop;

/// Listens on one port and has a handler answer its requests, one for each connection, each read
/// strictly before any of it is believed. With TLS, plain HTTP is for loopback alone, where
/// port-forwards and neighbours in the pod come from. Owned by main (or a test); start and stop are
/// for its owner's thread, the rest is thread-safe.
class Listener {
 public:
  struct Settings {
    std::string bind;        ///< an address, or "any" for all of IPv4 and IPv6
    std::uint16_t port = 0;  ///< 0: any free one
    ListenerLimits limits = {};
    TlsContext tls = {};  ///< empty: plain HTTP for everybody
  };

  /// Binds the port. Fails with `unreachable` when it is taken.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(const Settings& settings,
                                                              Handler handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void start();
  /// Accepts nothing more; requests under way go on.
  void stop_accepting();
  /// Requests that are being answered, until the last byte of the answer.
  [[nodiscard]] int in_flight() const noexcept;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  Listener(const Settings& settings, const Poco::Net::ServerSocket& socket, Handler handler);

  std::uint16_t port_;
  std::unique_ptr<ListenerLoop> loop_;
};

}  // namespace maintenance::agent
