#include "agent/server/connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/String.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <sstream>

#include "agent/server/request_check.h"
#include "agent/server/request_head.h"

namespace maintenance::agent {
namespace {

using Poco::Net::StreamSocket;

/// Unread bytes that are taken off a connection before it is closed, so that the caller reads our
/// answer instead of a connection reset, and for how long.
constexpr std::size_t discarded_bytes_max = 1024UL * 1024;
constexpr std::chrono::seconds discard_time_max{2};

/// A second descriptor of the same connection. The watchdog cuts this one, because the other is
/// closed by whoever owns it and its number may then be another connection's.
StreamSocket twin_of(const StreamSocket& socket) {
  const int descriptor = ::dup(socket.impl()->sockfd());
  if (descriptor < 0) throw Poco::IOException("no file descriptor is left");
  return StreamSocket(new Poco::Net::StreamSocketImpl(descriptor));
}

/// The deadline of a connection: a short one to send the request, a longer one for the rest.
class ConnectionDeadline {
 public:
  ConnectionDeadline(http::Watchdog& watchdog, const StreamSocket& socket)
      : watchdog_(watchdog), twin_(twin_of(socket)) {}
  void set(std::chrono::milliseconds from_now) {
    guard_.emplace(watchdog_, twin_, std::chrono::steady_clock::now() + from_now);
  }

 private:
  http::Watchdog& watchdog_;
  StreamSocket twin_;
  std::optional<http::Watchdog::Guard> guard_;
};

/// Counts a request while it is being answered.
class InFlight {
 public:
  explicit InFlight(std::atomic<int>& count) : count_(count) { ++count_; }
  ~InFlight() { --count_; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::atomic<int>& count_;
};

std::string written(const std::string& method, const ApiResponse& answer) {
  Poco::Net::HTTPResponse head(Poco::Net::HTTPMessage::HTTP_1_1,
                               static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status),
                               status_title(answer.status));
  head.setDate(Poco::Timestamp());
  head.setKeepAlive(false);
  for (const http::Header& header : answer.headers)
    head.add(header.name, header.value);
  if (!answer.content_type.empty()) head.setContentType(answer.content_type);
  const bool bodiless = answer.status == 204;
  if (!bodiless) head.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
  std::ostringstream out;
  head.write(out);
  if (method != "HEAD" && !bodiless) out << answer.body;
  return out.str();
}

/// One connection: one request within its deadlines, and never a second one, so that bytes after
/// the request cannot become another. Owned and deleted by Poco.
class Connection final : public Poco::Net::TCPServerConnection {
 public:
  Connection(const StreamSocket& socket, std::shared_ptr<Listener::Shared> shared)
      : TCPServerConnection(socket), shared_(std::move(shared)) {}

  void run() override {
    try {
      const Poco::Timespan per_read(std::chrono::microseconds(shared_->read_time_max).count());
      socket().setReceiveTimeout(per_read);
      socket().setSendTimeout(per_read);
      ConnectionDeadline deadline(shared_->watchdog, socket());
      deadline.set(shared_->read_time_max);
      serve(deadline);
    } catch (const Poco::Exception&) {
      // The caller went away or was too slow: there is nobody left to tell.
    } catch (const std::exception&) {
      // No memory for this connection; the others go on.
    }
  }

 private:
  void serve(ConnectionDeadline& deadline) {
    if (!read_until([](const std::string& bytes) {
          return head_end(bytes) != std::string::npos || is_no_head(bytes);
        })) {
      return;
    }
    const InFlight counted(shared_->in_flight);
    const RequestHead head = parse_head(bytes_);
    if (!head.unfit) return answer(head, head_end(bytes_), deadline);
    send(head.method,
         shared_->handler({head.method, head.target, head.headers, {}, caller(), head.unfit}));
    discard(deadline);
  }

  void answer(const RequestHead& head, std::size_t body_begin, ConnectionDeadline& deadline) {
    const std::size_t body_end = body_begin + body_length(head.headers);
    if (bytes_.size() < body_end &&
        Poco::icompare(std::string(http::find_header(head.headers, "Expect")), "100-continue") ==
            0) {
      send_bytes("HTTP/1.1 100 Continue\r\n\r\n");
    }
    if (!read_until([&](const std::string& bytes) { return bytes.size() >= body_end; })) return;
    deadline.set(connection_time_max);
    ApiRequest request{head.method,  head.target,
                       head.headers, bytes_.substr(body_begin, body_end - body_begin),
                       caller(),     std::nullopt};
    send(head.method, shared_->handler(request));
    if (bytes_.size() > body_end) discard(deadline);
  }

  Caller caller() { return Caller{socket().peerAddress().host().toString()}; }

  /// Reads on until `done`; false when the caller closes before.
  template <class Done>
  bool read_until(const Done& done) {
    std::array<char, 16 * 1024> block{};
    while (!done(bytes_)) {
      const int count = socket().receiveBytes(block.data(), static_cast<int>(block.size()));
      if (count <= 0) return false;
      bytes_.append(block.data(), static_cast<std::size_t>(count));
    }
    return true;
  }

  void send(const std::string& method, const ApiResponse& answer) {
    send_bytes(written(method, answer));
  }

  void send_bytes(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const int count =
          socket().sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent));
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  void discard(ConnectionDeadline& deadline) {
    deadline.set(discard_time_max);
    socket().shutdownSend();
    std::array<char, 16 * 1024> block{};
    for (std::size_t discarded = 0; discarded < discarded_bytes_max;) {
      const int count = socket().receiveBytes(block.data(), static_cast<int>(block.size()));
      if (count <= 0) return;
      discarded += static_cast<std::size_t>(count);
    }
  }

  std::shared_ptr<Listener::Shared> shared_;
  std::string bytes_;  ///< what has come so far: at most a head, a body and one block more
};

}  // namespace

ConnectionFactory::ConnectionFactory(std::shared_ptr<Listener::Shared> shared)
    : shared_(std::move(shared)) {}

Poco::Net::TCPServerConnection* ConnectionFactory::createConnection(const StreamSocket& socket) {
  return new Connection(socket, shared_);
}

}  // namespace maintenance::agent
