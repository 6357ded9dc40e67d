#pragma once

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/NetException.h>

namespace maintenance::http {

/// Poco's HTTP session on a socket that we connected ourselves. Poco's own session would, when a
/// write fails, dial again in the clear with the same headers; this one gives up instead.
/// Owned by a Connection; not thread-safe.
class OneSocketSession final : public Poco::Net::HTTPClientSession {
 public:
  explicit OneSocketSession(const Poco::Net::StreamSocket& socket)
      : Poco::Net::HTTPClientSession(socket) {
    setKeepAlive(true);
  }

 protected:
  void connect(const Poco::Net::SocketAddress& /*address*/) override {
    throw Poco::Net::ConnectionAbortedException("the connection was closed");
  }
  int write(const char* buffer, std::streamsize length) override {
    return HTTPSession::write(buffer, length);
  }
  [[nodiscard]] bool mustReconnect() const override { return false; }
};

}  // namespace maintenance::http
