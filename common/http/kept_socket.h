#pragma once

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocketImpl.h>

namespace maintenance::http {

/// A socket that keeps its descriptor until its last handle is gone: close() only ends the
/// connection. Poco closes a session's socket by itself when an exchange fails, while a
/// Watchdog::Guard may be about to cut it; with the descriptor kept, the number cannot meanwhile
/// have become somebody else's. Owned by the handles on it.
class KeptSocket : public Poco::Net::StreamSocketImpl {
 public:
  KeptSocket() = default;
  explicit KeptSocket(poco_socket_t descriptor) : StreamSocketImpl(descriptor) {}
  void close() override {
    try {
      shutdown();
    } catch (const Poco::Exception&) {
      // It was not connected, or is no longer: then there is nothing to end.
    }
  }
};

}  // namespace maintenance::http
