#pragma once

#include <string>
#include <string_view>

#include "common/http/proxy.h"
#include "common/result.h"

namespace maintenance::http {

/// Largest header block of a proxy's answer: Poco's and Go's limits for whole answers are larger,
/// and a proxy has little to say.
inline constexpr std::size_t proxy_head_bytes_max = 16UL * 1024;

/// The CONNECT request for a target (RFC 9110 section 9.3.6), with the proxy's name and password
/// when it has some.
[[nodiscard]] std::string connect_request(const Proxy& proxy, const std::string& host,
                                          std::uint16_t port);
/// Reads the whole header block of the answer. Fails with `unreachable` unless it is a 2xx.
[[nodiscard]] Result<void> check_connect_answer(std::string_view head);

/// The client's side of SOCKS 5 (RFC 1928, 1929), as messages: send what is given, read exactly as
/// many bytes as are wanted, pass them on. Host names are resolved by the proxy. A plain state
/// machine; not thread-safe.
class Socks5 {
 public:
  Socks5(Proxy proxy, std::string host, std::uint16_t port);

  /// What to send next; empty when nothing is to be sent now.
  [[nodiscard]] std::string take_output();
  /// How many bytes to read next; zero when the connection is made.
  [[nodiscard]] std::size_t wanted() const noexcept { return wanted_; }
  /// Takes exactly that many. Fails with `unreachable` (the proxy says no) or `protocol`.
  [[nodiscard]] Result<void> take(std::string_view bytes);

 private:
  enum class Stage { method, login, reply_head, reply_length, reply_rest, done };
  [[nodiscard]] Result<void> take_method(std::string_view bytes);
  [[nodiscard]] Result<void> take_reply_head(std::string_view bytes);
  void ask_for_connection();
  void expect(Stage stage, std::size_t bytes);

  Proxy proxy_;
  std::string host_;
  std::uint16_t port_;
  std::string output_;
  Stage stage_ = Stage::method;
  std::size_t wanted_ = 0;
};

}  // namespace maintenance::http
