#include "agent/server/listener.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>

#include "agent/server/listener_loop.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

using Poco::Net::IPAddress;
using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;

/// Connections that the kernel keeps until they are accepted, which is at once.
constexpr int backlog = 128;

// Poco's shorter overloads would also set SO_REUSEPORT: a second agent on the same port would then
// not fail but get every other request.

ServerSocket bind_any(std::uint16_t port) {
  ServerSocket socket;
  try {
    socket.bind6(SocketAddress(IPAddress(IPAddress::IPv6), port), true, false, false);
    return socket;
  } catch (const Poco::Exception&) {
    // A machine without IPv6.
  }
  ServerSocket ipv4;
  ipv4.bind(SocketAddress(IPAddress(), port), true, false);
  return ipv4;
}

ServerSocket bind_to(const std::string& address, std::uint16_t port) {
  if (address == "any") return bind_any(port);
  ServerSocket socket;
  const SocketAddress where(IPAddress(address), port);
  if (where.family() == SocketAddress::IPv6) {
    socket.bind6(where, true, false, true);
  } else {
    socket.bind(where, true, false);
  }
  return socket;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const Settings& settings, Handler handler) {
  try {
    ServerSocket socket = bind_to(settings.bind, settings.port);
    socket.listen(backlog);
    return std::unique_ptr<Listener>(new Listener(settings, socket, std::move(handler)));
  } catch (const Poco::Exception& failure) {
    return Error{ErrorKind::unreachable,
                 "listening on " + settings.bind + " port " + std::to_string(settings.port),
                 text::printable(failure.displayText())};
  }
}

Listener::Listener(const Settings& settings, const ServerSocket& socket, Handler handler)
    : port_(socket.address().port()),
      loop_(std::make_unique<ListenerLoop>(settings.limits, settings.tls, socket,
                                           std::move(handler))) {}

Listener::~Listener() = default;

void Listener::start() {
  loop_->start();
}

void Listener::stop_accepting() {
  loop_->stop_accepting();
}

int Listener::in_flight() const noexcept {
  return loop_->in_flight();
}

}  // namespace maintenance::agent
