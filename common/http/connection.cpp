#include "common/http/connection.h"

#include <Poco/Buffer.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <optional>

#include "common/http/body.h"
#include "common/http/dial.h"
#include "common/http/session.h"
#include "common/http/time_left.h"
#include "common/text/printable.h"

namespace maintenance::http {
namespace {

using Poco::Net::StreamSocket;

/// Read from a stream at once: an event about a pod is about 8 KiB.
constexpr std::size_t stream_block_bytes = 16UL * 1024;

/// A stream may be silent for minutes. A peer that vanished without a word is noticed by TCP: after
/// this long it is asked, this often, at this distance.
constexpr int probe_after_s = 30;
constexpr int probes_max = 3;
constexpr int between_probes_s = 10;

void notice_when_peer_is_gone(StreamSocket& socket) {
  socket.setKeepAlive(true);
#if defined(TCP_KEEPIDLE) && defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
  socket.setOption(IPPROTO_TCP, TCP_KEEPIDLE, probe_after_s);
  socket.setOption(IPPROTO_TCP, TCP_KEEPINTVL, between_probes_s);
  socket.setOption(IPPROTO_TCP, TCP_KEEPCNT, probes_max);
#endif
}

std::string doing_request(const Request& request) {
  const auto query = request.target.find('?');
  return request.method + " " + text::printable(request.target.substr(0, query));
}

Poco::Net::HTTPRequest to_poco(const Request& request, const Endpoint& endpoint, bool keep_alive) {
  Poco::Net::HTTPRequest out(request.method, endpoint.path_prefix + request.target,
                             Poco::Net::HTTPMessage::HTTP_1_1);
  const bool ipv6 = endpoint.host.find(':') != std::string::npos;
  const bool standard_port = endpoint.port == (endpoint.tls ? 443 : 80);
  out.set("Host", (ipv6 ? "[" + endpoint.host + "]" : endpoint.host) +
                      (standard_port ? "" : ":" + std::to_string(endpoint.port)));
  for (const Header& header : request.headers)
    out.add(header.name, header.value);
  if (!out.has("Connection")) out.set("Connection", keep_alive ? "Keep-Alive" : "close");
  if (!request.body.empty() || !is_read(request.method)) {
    out.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
  }
  return out;
}

/// True when the failure of an exchange is the deadline's doing. The clock is asked too, because a
/// read timeout may end the exchange a moment before the watchdog wakes.
bool is_late(const Watchdog::Guard& guard, Deadline deadline) {
  return guard.expired() || std::chrono::steady_clock::now() >= deadline;
}

std::vector<Header> headers_of(const Poco::Net::HTTPResponse& response) {
  std::vector<Header> headers;
  for (const auto& [name, value] : response)
    headers.push_back(Header{name, value});
  return headers;
}

}  // namespace

struct Connection::Parts {
  Endpoint endpoint;
  Watchdog& watchdog;
  StreamSocket plain;
  OneSocketSession session;
  bool usable = true;

  Parts(Endpoint where, Watchdog& dog, StreamSocket plain_socket, const StreamSocket& socket)
      : endpoint(std::move(where)),
        watchdog(dog),
        plain(std::move(plain_socket)),
        session(socket) {}

  /// Whether anything may be sent at all; nothing is in doubt when not.
  [[nodiscard]] Result<void> check(const Request& request) const {
    if (auto sendable = check_sendable(request); !sendable) return sendable.error();
    if (usable) return {};
    return Error{ErrorKind::unreachable, doing_request(request), "the connection was closed"};
  }

  /// What a failure after the first byte means for this request.
  [[nodiscard]] Error lost(const Request& request, bool late, const std::string& cause) {
    usable = false;
    const ErrorKind kind = !is_read(request.method) ? ErrorKind::unknown_outcome
                           : late                   ? ErrorKind::timeout
                                                    : ErrorKind::unreachable;
    return Error{kind, doing_request(request),
                 late ? "no complete answer in time" : text::printable(cause)};
  }

  std::istream& send(const Request& request, Poco::Net::HTTPResponse& response, Deadline deadline) {
    session.socket().setSendTimeout(time_left(deadline));
    session.socket().setReceiveTimeout(time_left(deadline));
    Poco::Net::HTTPRequest out = to_poco(request, endpoint, true);
    std::ostream& body = session.sendRequest(out);
    body.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
    body.flush();
    return session.receiveResponse(response);
  }

  Result<Response> read(const Request& request, const Poco::Net::HTTPResponse& response,
                        std::istream& stream) {
    Response answer;
    answer.status = response.getStatus();
    answer.headers = headers_of(response);
    const bool bodiless = request.method == "HEAD" || answer.status == 204 || answer.status == 304;
    if (!bodiless) {
      auto body = body_of(response, stream);
      if (!body) {
        usable = false;
        return body.error();
      }
      answer.body = std::move(*body);
    }
    if (!response.getKeepAlive()) usable = false;
    return answer;
  }

  Result<std::string> body_of(const Poco::Net::HTTPResponse& response, std::istream& stream) {
    BodyRule rule;
    rule.bytes_max = response_bytes_max;
    rule.content_type = response.getContentType();
    if (response.getChunkedTransferEncoding()) return read_chunked_body(session, rule);
    if (response.hasContentLength()) {
      // A head that ends behind "Content-Length:" comes from Poco as one with a length of -1.
      const auto length = response.getContentLength64();
      if (length < 0) return Error{ErrorKind::protocol, "reading an answer", "it has no length"};
      rule.content_length = static_cast<std::size_t>(length);
    } else {
      usable = false;  // the body ends with the connection
    }
    return read_body(stream, rule);
  }
};

Connection::Connection(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Connection::~Connection() = default;
bool Connection::usable() const noexcept {
  return parts_->usable;
}

Result<std::unique_ptr<Connection>> Connection::open(const Endpoint& endpoint,
                                                     Poco::Net::Context::Ptr context,
                                                     Watchdog& watchdog, Deadline deadline) {
  auto plain = dial(endpoint, context, watchdog, deadline);
  if (!plain) return plain.error();
  const std::string doing = "connecting to " + endpoint.url();
  const Watchdog::Guard guard(watchdog, *plain, deadline);
  try {
    StreamSocket socket = *plain;
    if (endpoint.tls) {
      const std::string& given = endpoint.tls_settings.server_name;
      socket = Poco::Net::SecureStreamSocket::attach(*plain, given.empty() ? endpoint.host : given,
                                                     std::move(context));
    }
    auto parts = std::make_unique<Parts>(endpoint, watchdog, *plain, socket);
    return std::unique_ptr<Connection>(new Connection(std::move(parts)));
  } catch (const Poco::Exception& failure) {
    if (is_late(guard, deadline)) {
      return Error{ErrorKind::timeout, doing, "no TLS handshake in time"};
    }
    return Error{ErrorKind::unreachable, doing, text::printable(failure.displayText())};
  }
}

Result<Response> Connection::exchange(const Request& request, Deadline deadline) {
  if (auto sendable = parts_->check(request); !sendable) return sendable.error();
  const Watchdog::Guard guard(parts_->watchdog, parts_->plain, deadline);
  try {
    Poco::Net::HTTPResponse response;
    std::istream& stream = parts_->send(request, response, deadline);
    auto answer = parts_->read(request, response, stream);
    // The cut looks like the end of the connection, which ends some bodies in good order.
    if (answer && guard.expired()) return parts_->lost(request, true, {});
    if (answer) return answer;
    if (answer.error().kind == ErrorKind::too_large && is_read(request.method)) {
      return answer.error().within(doing_request(request));
    }
    return parts_->lost(request, is_late(guard, deadline), answer.error().cause);
  } catch (const Poco::TimeoutException& failure) {
    return parts_->lost(request, true, failure.displayText());
  } catch (const Poco::Exception& failure) {
    return parts_->lost(request, is_late(guard, deadline), failure.displayText());
  }
}

Result<UpgradeAnswer> Connection::upgrade(const Request& request, Deadline deadline) {
  if (auto sendable = parts_->check(request); !sendable) return sendable.error();
  const Watchdog::Guard guard(parts_->watchdog, parts_->plain, deadline);
  try {
    Poco::Net::HTTPResponse response;
    std::istream& stream = parts_->send(request, response, deadline);
    UpgradeAnswer answer;
    if (response.getStatus() != Poco::Net::HTTPResponse::HTTP_SWITCHING_PROTOCOLS) {
      auto refusal = parts_->read(request, response, stream);
      if (!refusal) return parts_->lost(request, is_late(guard, deadline), refusal.error().cause);
      if (guard.expired()) return parts_->lost(request, true, {});
      answer.refusal = std::move(*refusal);
      return answer;
    }
    parts_->usable = false;
    Poco::Buffer<char> leftover(0);
    parts_->session.drainBuffer(leftover);
    answer.upgraded = std::make_unique<Upgraded>(
        Upgraded{parts_->session.detachSocket(), parts_->plain,
                 std::string(leftover.begin(), leftover.size()), headers_of(response)});
    return answer;
  } catch (const Poco::TimeoutException& failure) {
    return parts_->lost(request, true, failure.displayText());
  } catch (const Poco::Exception& failure) {
    return parts_->lost(request, is_late(guard, deadline), failure.displayText());
  }
}

/// A body that is read while it comes. Its guard cuts the socket at the deadline, so it has to end
/// before the connection does: it is declared after it.
class Connection::Body final : public Stream {
 public:
  Body(std::unique_ptr<Connection> connection, const Request& request, bool chunked,
       Deadline deadline)
      : connection_(std::move(connection)),
        request_(request),
        chunked_(chunked),
        deadline_(deadline),
        chunks_(connection_->parts_->session),
        guard_(connection_->parts_->watchdog, connection_->parts_->plain, deadline) {}

  Result<std::string> next() override {
    std::string block(stream_block_bytes, '\0');
    try {
      auto got = read(block);
      if (got && (*got != 0 || !guard_.expired())) {
        block.resize(*got);
        return block;
      }
      return connection_->parts_->lost(request_, is_late(guard_, deadline_),
                                       got ? "" : got.error().cause);
    } catch (const Poco::Exception& failure) {
      return connection_->parts_->lost(request_, is_late(guard_, deadline_), failure.displayText());
    }
  }

 private:
  Result<std::size_t> read(std::string& block) {
    if (chunked_) return chunks_.next(block.data(), block.size());
    return connection_->parts_->session.next_bytes(block.data(), block.size());
  }

  std::unique_ptr<Connection> connection_;
  Request request_;
  bool chunked_;
  Deadline deadline_;
  ChunkedBody chunks_;
  Watchdog::Guard guard_;
};

Result<StreamAnswer> Connection::stream(std::unique_ptr<Connection> connection,
                                        const Request& request, Deadline deadline) {
  Parts& parts = *connection->parts_;
  if (auto sendable = parts.check(request); !sendable) return sendable.error();
  const Watchdog::Guard guard(parts.watchdog, parts.plain, deadline);
  try {
    Poco::Net::HTTPResponse response;
    std::istream& body = parts.send(request, response, deadline);
    StreamAnswer answer;
    const int status = response.getStatus();
    if (status >= 200 && status < 300) {
      notice_when_peer_is_gone(parts.plain);
      parts.usable = false;
      answer.stream = std::make_unique<Body>(std::move(connection), request,
                                             response.getChunkedTransferEncoding(), deadline);
      return answer;
    }
    auto refusal = parts.read(request, response, body);
    if (!refusal) return parts.lost(request, is_late(guard, deadline), refusal.error().cause);
    answer.refusal = std::move(*refusal);
    return answer;
  } catch (const Poco::Exception& failure) {
    return parts.lost(request, is_late(guard, deadline), failure.displayText());
  }
}

ConnectingTransport::ConnectingTransport(Endpoint endpoint, Poco::Net::Context::Ptr context,
                                         Watchdog& watchdog)
    : endpoint_(std::move(endpoint)), context_(std::move(context)), watchdog_(watchdog) {}

Result<Response> ConnectingTransport::send(const Request& request, Deadline deadline) {
  auto connection = Connection::open(endpoint_, context_, watchdog_, deadline);
  if (!connection) return connection.error();
  return (*connection)->exchange(request, deadline);
}

Result<StreamAnswer> ConnectingTransport::open(const Request& request, Deadline deadline) {
  auto connection = Connection::open(endpoint_, context_, watchdog_, deadline);
  if (!connection) return connection.error();
  return Connection::stream(std::move(*connection), request, deadline);
}

}  // namespace maintenance::http
