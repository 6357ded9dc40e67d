#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace maintenance::text {

/// Standard base64 with padding, on one line.
[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// Reads standard base64; white space is skipped. Nothing for any other stray character, for a
/// wrong length or for text after the padding: half a certificate must not pass for a whole one.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace maintenance::text
