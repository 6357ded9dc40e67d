#pragma once

#include <Poco/Net/Net.h>
#include <Poco/Net/SocketDefs.h>

#include "common/result.h"

namespace maintenance::http {

// Not near and far: windows.h has macros of these names.
/// Two connected stream sockets of this process. Whoever asked owns both descriptors.
struct SocketPair {
  poco_socket_t near_end = POCO_INVALID_SOCKET;
  poco_socket_t far_end = POCO_INVALID_SOCKET;
};

/// Fails with `internal` when the process has no descriptors left.
[[nodiscard]] Result<SocketPair> make_socket_pair();

}  // namespace maintenance::http
