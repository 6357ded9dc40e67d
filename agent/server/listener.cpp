#include "agent/server/listener.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>

#include "agent/server/connection.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

using Poco::Net::IPAddress;
using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;

/// Connections that the kernel keeps until they are accepted.
constexpr int backlog = 64;

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

Poco::Net::TCPServerParams::Ptr server_params(int threads_max) {
  Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
  params->setMaxThreads(threads_max);
  params->setMaxQueued(threads_max);
  return params;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const Settings& settings, Handler handler,
                                                 http::Watchdog& watchdog) {
  try {
    ServerSocket socket = bind_to(settings.bind, settings.port);
    socket.listen(backlog);
    auto shared = std::make_shared<Shared>(std::move(handler), watchdog, settings.read_time_max);
    return std::unique_ptr<Listener>(new Listener(settings, socket, std::move(shared)));
  } catch (const Poco::Exception& failure) {
    return Error{ErrorKind::unreachable,
                 "listening on " + settings.bind + " port " + std::to_string(settings.port),
                 text::printable(failure.displayText())};
  }
}

Listener::Listener(const Settings& settings, const ServerSocket& socket,
                   std::shared_ptr<Shared> shared)
    : shared_(std::move(shared)),
      port_(socket.address().port()),
      threads_(2, settings.threads_max),
      server_(std::make_unique<Poco::Net::TCPServer>(
          new ConnectionFactory(shared_), threads_, socket, server_params(settings.threads_max))) {}

Listener::~Listener() {
  stop_accepting();
  server_.reset();
  threads_.joinAll();
}

void Listener::start() {
  server_->start();
}

void Listener::stop_accepting() {
  server_->stop();
}

}  // namespace maintenance::agent
