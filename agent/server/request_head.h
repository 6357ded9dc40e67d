#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/server/exchange.h"
#include "common/http/message.h"

namespace maintenance::agent {

/// Largest request line and header block together; a token of an identity provider can have 10 KiB.
inline constexpr std::size_t request_head_bytes_max = 32UL * 1024;
/// Most header lines of one request.
inline constexpr std::size_t request_headers_max = 100;

/// The request line and headers of one request, byte for byte as they were sent. Of an unfit one
/// only what could be read: it is good for the answer and the log, and for nothing else.
struct RequestHead {
  std::string method;
  std::string target;
  std::vector<http::Header> headers;
  std::optional<Unfit> unfit;
};

/// Reads the head at the front of `bytes`; what comes after it is not looked at. Strict where
/// Poco's own reader is kind: it takes lines that end in LF alone, folded lines, lines without a
/// colon and blanks before the colon, and decodes encoded words, so that it can see another request
/// than the proxy in front of us. Pure; never throws.
[[nodiscard]] RequestHead parse_head(std::string_view bytes);

/// Where the head in `bytes` ends, the empty line included; npos while it is not there yet.
[[nodiscard]] std::size_t head_end(std::string_view bytes) noexcept;
/// True when `bytes` can no longer become a head: not text, lines without CR, or too long.
[[nodiscard]] bool is_no_head(std::string_view bytes) noexcept;

}  // namespace maintenance::agent
