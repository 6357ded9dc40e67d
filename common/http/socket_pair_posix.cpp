#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "common/http/socket_pair.h"

namespace maintenance::http {

Result<SocketPair> make_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) {
    return Error{ErrorKind::internal, "making a pair of sockets",
                 std::generic_category().message(errno)};
  }
  // A credential program that is started meanwhile must not keep the connection open.
  for (const int end : ends)
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
  return SocketPair{ends[0], ends[1]};
}

}  // namespace maintenance::http
