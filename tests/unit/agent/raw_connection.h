#pragma once

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>

#include <string>

namespace maintenance::testing {

/// How read_to_end tells what ended a connection that was not closed.
inline constexpr const char* silence = "(silence)";  ///< nothing came for the receive timeout
inline constexpr const char* reset = "(reset)";

/// All that comes until the end of the connection, and how it ended when it was not closed.
inline std::string read_to_end(Poco::Net::StreamSocket& socket) {
  std::string out;
  char block[16 * 1024];
  try {
    for (int n = 0; (n = socket.receiveBytes(block, sizeof block)) > 0;)
      out.append(block, static_cast<std::size_t>(n));
  } catch (const Poco::TimeoutException&) {
    out += silence;
  } catch (const Poco::Exception&) {
    out += reset;
  }
  return out;
}

/// Sends all of `bytes`, or as much as the other side wants: what it said instead is there to be
/// read.
inline void send_all(Poco::Net::StreamSocket& socket, const std::string& bytes) {
  try {
    for (std::size_t sent = 0; sent < bytes.size();) {
      sent += static_cast<std::size_t>(
          socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
    }
  } catch (const Poco::Exception&) {
  }
}

}  // namespace maintenance::testing
