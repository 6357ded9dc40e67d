#pragma once

#include <cstdint>
#include <string>

#include "common/result.h"

namespace maintenance::http {

/// A server that connects us to others. A plain value; holds a password, so only url() is printed.
struct Proxy {
  enum class Kind { http, https, socks5 };

  Kind kind = Kind::http;
  std::string host;  ///< without brackets, also for IPv6
  std::uint16_t port = 0;
  std::string username;
  std::string password;
  std::string origin;  ///< who wants it, for messages: "HTTPS_PROXY"

  /// "http://host:port" without the password, for messages.
  [[nodiscard]] std::string url() const;
};

/// Reads "http://[user:password@]host[:port]", also https and socks5. Fails with `invalid`;
/// the message does not repeat the text, which may hold a password.
[[nodiscard]] Result<Proxy> parse_proxy(const std::string& url);

}  // namespace maintenance::http
