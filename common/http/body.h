#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace maintenance::http {

/// How the end of a body is told, from the header block.
struct BodyRule {
  std::optional<std::size_t> content_length;
  bool chunked = false;
  std::string content_type;
  std::size_t bytes_max = 0;
};

/// Reads a whole body. Poco's streams end a truncated body like a complete one, so completeness is
/// checked here: by Content-Length, or, for a chunked JSON answer, by the JSON being whole.
/// Fails with `protocol` (cut short) or `too_large`.
[[nodiscard]] Result<std::string> read_body(std::istream& stream, const BodyRule& rule);

/// True when `body` is one JSON value with all its brackets and quotes closed.
[[nodiscard]] bool is_closed_json(std::string_view body) noexcept;

}  // namespace maintenance::http
