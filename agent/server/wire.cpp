#include "agent/server/wire.h"

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketImpl.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace maintenance::agent {
namespace {

using Poco::Net::SecureStreamSocket;

constexpr std::size_t block_bytes = 16UL * 1024;

/// Runs one call of Poco's. `nothing` is what no byte means: the end when reading.
template <class Move>
Flow moving(const Move& move, Flow when_blocked, int& count) {
  // What another connection has left in this thread's queue would be taken for this one's.
  ERR_clear_error();
  try {
    count = move();
    if (count == SecureStreamSocket::ERR_SSL_WANT_READ) return Flow::wants_read;
    if (count == SecureStreamSocket::ERR_SSL_WANT_WRITE) return Flow::wants_room;
    return count > 0 ? Flow::moved : Flow::ended;
  } catch (const Poco::TimeoutException&) {
    return when_blocked;
  } catch (const Poco::Exception& failure) {
    const bool blocked = failure.code() == EAGAIN || failure.code() == EWOULDBLOCK;
    return blocked ? when_blocked : Flow::ended;
  }
}

std::string address_of(const Poco::Net::StreamSocket& socket) {
  try {
    return socket.peerAddress().host().toString();
  } catch (const Poco::Exception&) {
    return {};
  }
}

}  // namespace

Wire::Wire(const Poco::Net::StreamSocket& socket)
    : plain_(socket), wire_(socket), address_(address_of(socket)) {
  plain_.setBlocking(false);
  // An answer is written at once; waiting for more would only delay it.
  plain_.setNoDelay(true);
}

int Wire::descriptor() const {
  return static_cast<int>(plain_.impl()->sockfd());
}

Flow Wire::peek(unsigned char& first) {
  const auto got = ::recv(descriptor(), &first, 1, MSG_PEEK);
  if (got > 0) return Flow::moved;
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? Flow::wants_read
                                                                                : Flow::ended;
}

Flow Wire::secure(const Poco::Net::Context::Ptr& context) {
  ERR_clear_error();
  try {
    wire_ = SecureStreamSocket::attach(plain_, context);
    secure_ = true;
    return Flow::moved;
  } catch (const Poco::Exception&) {
    return Flow::ended;
  }
}

Flow Wire::receive(std::string& into) {
  std::array<char, block_bytes> block{};
  int count = 0;
  const Flow flow =
      moving([&] { return wire_.receiveBytes(block.data(), static_cast<int>(block.size())); },
             Flow::wants_read, count);
  if (flow == Flow::moved) into.append(block.data(), static_cast<std::size_t>(count));
  return flow;
}

Flow Wire::send(std::string_view& bytes) {
  int count = 0;
  const std::size_t most = std::min(bytes.size(), block_bytes);
  const Flow flow = moving([&] { return wire_.sendBytes(bytes.data(), static_cast<int>(most)); },
                           Flow::wants_room, count);
  if (flow == Flow::moved) bytes.remove_prefix(static_cast<std::size_t>(count));
  return flow;
}

void Wire::finish() {
  ERR_clear_error();
  try {
    // Without blocking it only says goodbye; the connection itself stays open for what still comes.
    if (secure_) SecureStreamSocket(wire_).shutdown();
    plain_.shutdownSend();
  } catch (const Poco::Exception&) {
    // The other side was quicker.
  }
}

Flow Wire::drop(std::size_t& dropped_bytes) {
  std::array<char, block_bytes> block{};
  int count = 0;
  const Flow flow =
      moving([&] { return plain_.receiveBytes(block.data(), static_cast<int>(block.size())); },
             Flow::wants_read, count);
  if (flow == Flow::moved) dropped_bytes += static_cast<std::size_t>(count);
  return flow;
}

}  // namespace maintenance::agent
