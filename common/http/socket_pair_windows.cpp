#include <winsock2.h>
#include <ws2tcpip.h>

#include <string>
#include <utility>

#include "common/http/socket_pair.h"

namespace maintenance::http {
namespace {

/// Somebody else on this machine may connect to our listener before we do; more often than this is
/// no accident.
constexpr int strangers_max = 100;

/// A socket that closes itself unless it is given away.
class OwnSocket {
 public:
  explicit OwnSocket(SOCKET socket) : socket_(socket) {}
  ~OwnSocket() {
    if (socket_ != INVALID_SOCKET) closesocket(socket_);
  }
  OwnSocket(const OwnSocket&) = delete;
  OwnSocket& operator=(const OwnSocket&) = delete;

  [[nodiscard]] SOCKET get() const noexcept { return socket_; }
  [[nodiscard]] bool open() const noexcept { return socket_ != INVALID_SOCKET; }
  SOCKET give_away() noexcept { return std::exchange(socket_, INVALID_SOCKET); }

 private:
  SOCKET socket_;
};

/// Not inherited by programs that are started meanwhile.
SOCKET new_socket() {
  return WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                    WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

Error failed() {
  return Error{ErrorKind::internal, "making a pair of sockets",
               "Windows error " + std::to_string(WSAGetLastError())};
}

bool name_of(SOCKET socket, sockaddr_in& address, decltype(getsockname)* ask) {
  int size = sizeof address;
  return ask(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
}

}  // namespace

/// Windows has no socketpair(): two ends of a connection to ourselves.
Result<SocketPair> make_socket_pair() {
  OwnSocket listener(new_socket());
  OwnSocket near_end(new_socket());
  if (!listener.open() || !near_end.open()) return failed();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const where = reinterpret_cast<const sockaddr*>(&address);
  if (bind(listener.get(), where, sizeof address) != 0 || listen(listener.get(), SOMAXCONN) != 0 ||
      !name_of(listener.get(), address, getsockname) ||
      connect(near_end.get(), where, sizeof address) != 0)
    return failed();
  sockaddr_in own{};
  if (!name_of(near_end.get(), own, getsockname)) return failed();
  for (int i = 0; i < strangers_max; ++i) {
    OwnSocket far_end(accept(listener.get(), nullptr, nullptr));
    if (!far_end.open()) return failed();
    sockaddr_in peer{};
    if (!name_of(far_end.get(), peer, getpeername)) continue;
    if (peer.sin_port == own.sin_port && peer.sin_addr.s_addr == own.sin_addr.s_addr)
      return SocketPair{near_end.give_away(), far_end.give_away()};
  }
  return Error{ErrorKind::internal, "making a pair of sockets",
               "another program of this machine connects to it all the time"};
}

}  // namespace maintenance::http
