#pragma once

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/NetException.h>

#include "common/http/body.h"

namespace maintenance::http {

/// Poco's HTTP session on a socket that we connected ourselves. Poco's own session would, when a
/// write fails, dial again in the clear with the same headers; this one gives up instead. It also
/// gives its bytes to our own reader of chunks, because Poco's ends a cut body like a whole one.
/// Owned by a Connection; not thread-safe.
class OneSocketSession final : public Poco::Net::HTTPClientSession, public ByteSource {
 public:
  explicit OneSocketSession(const Poco::Net::StreamSocket& socket)
      : Poco::Net::HTTPClientSession(socket) {
    setKeepAlive(true);
  }

  int next_byte() override { return get(); }
  std::size_t next_bytes(char* buffer, std::size_t count) override {
    const int got = HTTPSession::read(buffer, static_cast<std::streamsize>(count));
    return got > 0 ? static_cast<std::size_t>(got) : 0;
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
