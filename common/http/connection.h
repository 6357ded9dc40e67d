#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <memory>
#include <string>

#include "common/http/endpoint.h"
#include "common/http/stream.h"
#include "common/http/transport.h"
#include "common/http/watchdog.h"

namespace maintenance::http {

/// Largest answer we read: a list of 1,000 pods is about 10 MB, a ConfigMap at most 1 MiB.
inline constexpr std::size_t response_bytes_max = 32UL * 1024 * 1024;

/// A socket that has left HTTP behind, with the bytes that already came after the header block.
struct Upgraded {
  Poco::Net::StreamSocket socket;        ///< TLS or plain
  Poco::Net::StreamSocket plain_socket;  ///< same descriptor, for a Watchdog::Guard
  std::string leftover;
  std::vector<Header> headers;  ///< of the 101 answer
};

/// What a server said to an upgrade: either it switched, or a normal answer (403, 404, …).
struct UpgradeAnswer {
  std::unique_ptr<Upgraded> upgraded;  ///< null when refused
  Response refusal;                    ///< meaningful when `upgraded` is null
};

/// One connection to one server, for exchanges in a row and at last perhaps an upgrade. It never
/// reconnects by itself: what a lost connection means is for the caller to decide.
/// Owned by one thread at a time; not thread-safe.
class Connection {
 public:
  /// Resolves, connects (each address in turn) and shakes hands before `deadline`.
  /// `context` is null for plain http. Fails with `unreachable` or `timeout`.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const Endpoint& endpoint,
                                                                Poco::Net::Context::Ptr context,
                                                                Watchdog& watchdog,
                                                                Deadline deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends and reads one complete answer. After any Error the connection is dead.
  [[nodiscard]] Result<Response> exchange(const Request& request, Deadline deadline);
  /// Sends an upgrade request; when the server switches, the connection gives its socket away.
  [[nodiscard]] Result<UpgradeAnswer> upgrade(const Request& request, Deadline deadline);
  /// Sends a GET whose answer's body is read while it comes; the stream keeps the connection.
  [[nodiscard]] static Result<StreamAnswer> stream(std::unique_ptr<Connection> connection,
                                                   const Request& request, Deadline deadline);
  /// True while another exchange may be tried.
  [[nodiscard]] bool usable() const noexcept;

 private:
  struct Parts;
  class Body;
  explicit Connection(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// Opens a connection for each request and for each stream. Thread-safe; owns its TLS context.
class ConnectingTransport final : public Transport, public Streamer {
 public:
  ConnectingTransport(Endpoint endpoint, Poco::Net::Context::Ptr context, Watchdog& watchdog);
  [[nodiscard]] Result<Response> send(const Request& request, Deadline deadline) override;
  [[nodiscard]] Result<StreamAnswer> open(const Request& request, Deadline deadline) override;

 private:
  Endpoint endpoint_;
  Poco::Net::Context::Ptr context_;
  Watchdog& watchdog_;
};

}  // namespace maintenance::http
