#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace maintenance::agent {

/// What came of one attempt to move bytes.
enum class Flow {
  moved,       ///< some were
  wants_read,  ///< none could be, before something comes
  wants_room,  ///< none could be, before there is room to write
  ended        ///< the other side has closed, or the connection is broken
};

/// One accepted connection, plain or with TLS, that never waits. Owned by a Conversation; used by
/// one thread. Whatever goes wrong on it is Flow::ended: there is nobody left to tell.
class Wire {
 public:
  /// Makes the socket one that does not block.
  explicit Wire(const Poco::Net::StreamSocket& socket);

  /// The first byte that comes, left where it is.
  [[nodiscard]] Flow peek(unsigned char& first);
  /// From here on TLS, whose handshake happens by itself while bytes are moved.
  [[nodiscard]] Flow secure(const Poco::Net::Context::Ptr& context);
  /// Appends what has come, at most one block of 16 KiB.
  [[nodiscard]] Flow receive(std::string& into);
  /// Takes from the front of `bytes` what could be sent.
  [[nodiscard]] Flow send(std::string_view& bytes);
  /// Says that nothing more comes from us; what still comes from the other side can be dropped.
  void finish();
  /// Drops what has come below TLS, when there is any, and counts it.
  [[nodiscard]] Flow drop(std::size_t& dropped_bytes);

  /// Of the peer, without port; empty when it is gone already.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] int descriptor() const;

 private:
  Poco::Net::StreamSocket plain_;
  Poco::Net::StreamSocket wire_;  ///< the same, or TLS over it
  bool secure_ = false;
  std::string address_;
};

}  // namespace maintenance::agent
