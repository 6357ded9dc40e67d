#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace maintenance::text {

/// Length of the valid UTF-8 sequence at the start of `text`, or 0 when there is none.
[[nodiscard]] std::size_t utf8_sequence_bytes(std::string_view text) noexcept;

/// `raw` with every byte that is no UTF-8 replaced by U+FFFD, as JSON must be UTF-8.
[[nodiscard]] std::string valid_utf8(std::string_view raw);

}  // namespace maintenance::text
