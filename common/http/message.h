#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace maintenance::http {

struct Header {
  std::string name;
  std::string value;
};

/// First header called `name` (case-insensitive), or an empty text.
[[nodiscard]] std::string_view find_header(const std::vector<Header>& headers,
                                           std::string_view name) noexcept;

/// A request with its whole body. `target` is the path and query, already percent-encoded.
struct Request {
  std::string method = "GET";
  std::string target = "/";
  std::vector<Header> headers;
  std::string body;
  /// For a write: whether arriving twice is the same as arriving once, so that it may be sent again
  /// when its answer is lost. Reads always are.
  bool idempotent = false;
};

/// A complete answer: a value of this type never stands for a truncated body.
struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;

  [[nodiscard]] bool successful() const noexcept { return status >= 200 && status < 300; }
};

/// Refuses a request whose method, target or headers hold what could end a line or start another
/// header: Poco writes them as they are. Fails with ErrorKind::invalid, before anything is sent.
[[nodiscard]] Result<void> check_sendable(const Request& request);

/// True for methods that change nothing, so that a lost answer may simply be asked for again.
[[nodiscard]] bool is_read(std::string_view method) noexcept;

/// `raw` percent-encoded for one path segment or one query value (RFC 3986 unreserved kept).
[[nodiscard]] std::string percent_encode(std::string_view raw);

}  // namespace maintenance::http
