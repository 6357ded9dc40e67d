#include "common/http/dial.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>

#include <algorithm>
#include <chrono>

#include "common/http/kept_socket.h"
#include "common/http/proxy_protocol.h"
#include "common/http/time_left.h"
#include "common/http/tls.h"
#include "common/http/tls_pump.h"
#include "common/text/printable.h"

namespace maintenance::http {
namespace {

using Poco::Net::StreamSocket;

/// What to connect to, and how to say that.
struct Place {
  std::string host;
  std::uint16_t port = 0;
  std::string doing;
};

/// The addresses of a host. A literal address is not asked about: Poco would look its name up, for
/// nothing, and into a buffer that all threads share.
Poco::Net::HostEntry::AddressList addresses_of(const std::string& host) {
  Poco::Net::IPAddress literal;
  if (Poco::Net::IPAddress::tryParse(host, literal)) return {literal};
  return Poco::Net::DNS::resolve(host).addresses();
}

Result<StreamSocket> connect_any(const Place& place, Deadline deadline) {
  const std::string& doing = place.doing;
  std::string last = "the name has no address";
  try {
    const auto addresses = addresses_of(place.host);
    auto addresses_left = static_cast<Poco::Int64>(addresses.size());
    for (const auto& address : addresses) {
      if (std::chrono::steady_clock::now() >= deadline) {
        return Error{ErrorKind::timeout, doing, "no answer in time"};
      }
      try {
        // One address that swallows packets must not use up the time of the others.
        const Poco::Timespan share(
            std::max(time_left(deadline).totalMicroseconds() / addresses_left--,
                     Poco::Int64{shortest_wait.count()}));
        StreamSocket socket(new KeptSocket);
        socket.connect(Poco::Net::SocketAddress(address, place.port), share);
        socket.setNoDelay(true);
        return socket;
      } catch (const Poco::TimeoutException&) {
        last = "no answer in time";
      } catch (const Poco::Net::ConnectionRefusedException&) {
        last = "connection refused";
      } catch (const Poco::Exception& failure) {
        last = text::printable(failure.displayText());
      }
    }
  } catch (const Poco::Exception&) {
    return Error{ErrorKind::unreachable, doing, "no such host " + text::quoted(place.host)};
  }
  const bool late = last == "no answer in time";
  return Error{late ? ErrorKind::timeout : ErrorKind::unreachable, doing, last};
}

/// A conversation with a proxy before it steps aside. Throws what Poco throws.
class Talk {
 public:
  explicit Talk(StreamSocket& socket) : socket_(socket) {}

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
      if (sent <= 0) throw Poco::IOException("the connection was closed");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Exactly this many: what follows belongs to the endpoint.
  std::string receive(std::size_t count) {
    std::string out(count, '\0');
    std::size_t filled = 0;
    while (filled < count) {
      const int got = socket_.receiveBytes(&out[filled], static_cast<int>(count - filled));
      if (got <= 0) throw Poco::IOException("the connection was closed");
      filled += static_cast<std::size_t>(got);
    }
    return out;
  }

 private:
  StreamSocket& socket_;
};

Result<void> connect_by_http(Talk talk, const Proxy& proxy, const Endpoint& endpoint) {
  talk.send(connect_request(proxy, endpoint.host, endpoint.port));
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    if (head.size() >= proxy_head_bytes_max) {
      return Error{ErrorKind::protocol, "", "its answer has no end"};
    }
    head += talk.receive(1);
  }
  return check_connect_answer(head);
}

Result<void> connect_by_socks(Talk talk, const Proxy& proxy, const Endpoint& endpoint) {
  Socks5 socks(proxy, endpoint.host, endpoint.port);
  while (socks.wanted() > 0) {
    talk.send(socks.take_output());
    if (auto taken = socks.take(talk.receive(socks.wanted())); !taken) return taken.error();
  }
  return {};
}

Error of_proxy(const Proxy& proxy, const Error& error) {
  const std::string origin = proxy.origin.empty() ? "" : " (" + proxy.origin + ")";
  return Error{error.kind, "connecting by the proxy " + text::printable(proxy.url()) + origin,
               error.cause};
}

/// A connection on which the proxy's own protocol can be spoken.
Result<StreamSocket> reach_proxy(const Proxy& proxy, const Poco::Net::Context::Ptr& context,
                                 Watchdog& watchdog, Deadline deadline) {
  auto socket = connect_any({proxy.host, proxy.port, ""}, deadline);
  if (!socket || proxy.kind != Proxy::Kind::https) return socket;
  Poco::Net::Context::Ptr vouching = context;
  if (vouching.isNull()) {
    const auto made = make_client_context({});
    if (!made) return made.error();
    vouching = *made;
  }
  const Watchdog::Guard guard(watchdog, *socket, deadline);
  socket->setSendTimeout(time_left(deadline));
  socket->setReceiveTimeout(time_left(deadline));
  auto inside = unwrap_tls(*socket, proxy.host, vouching);
  if (!inside && guard.expired()) {
    return Error{ErrorKind::timeout, "", "no TLS handshake in time"};
  }
  return inside;
}

Result<StreamSocket> dial_by_proxy(const Endpoint& endpoint, const Proxy& proxy,
                                   const Poco::Net::Context::Ptr& context, Watchdog& watchdog,
                                   Deadline deadline) {
  auto socket = reach_proxy(proxy, context, watchdog, deadline);
  if (!socket) return of_proxy(proxy, socket.error());
  const Watchdog::Guard guard(watchdog, *socket, deadline);
  try {
    socket->setSendTimeout(time_left(deadline));
    socket->setReceiveTimeout(time_left(deadline));
    const auto connected = proxy.kind == Proxy::Kind::socks5
                               ? connect_by_socks(Talk(*socket), proxy, endpoint)
                               : connect_by_http(Talk(*socket), proxy, endpoint);
    if (!connected) return of_proxy(proxy, connected.error());
    return socket;
  } catch (const Poco::Exception& failure) {
    const bool late = guard.expired() || std::chrono::steady_clock::now() >= deadline;
    return of_proxy(proxy,
                    Error{late ? ErrorKind::timeout : ErrorKind::unreachable, "",
                          late ? "no answer in time" : text::printable(failure.displayText())});
  }
}

}  // namespace

Result<StreamSocket> dial(const Endpoint& endpoint, const Poco::Net::Context::Ptr& context,
                          Watchdog& watchdog, Deadline deadline) {
  if (endpoint.proxy) return dial_by_proxy(endpoint, *endpoint.proxy, context, watchdog, deadline);
  return connect_any({endpoint.host, endpoint.port, "connecting to " + endpoint.url()}, deadline);
}

}  // namespace maintenance::http
