#pragma once

#include <string>
#include <string_view>

namespace maintenance::text {

/// Longest piece of other people's text that one message of ours shows; the rest is cut with "…",
/// so that a 10 MB answer cannot flood a terminal or a log.
inline constexpr std::size_t shown_bytes_max = 1024;

/// `raw` with every control character (C0, DEL, C1) and invalid UTF-8 byte replaced by a visible
/// escape, cut at `bytes_max`: safe to print on a terminal or to write to a log line.
[[nodiscard]] std::string printable(std::string_view raw, std::size_t bytes_max = shown_bytes_max);

/// printable() within double quotes, for names in messages.
[[nodiscard]] std::string quoted(std::string_view raw);

}  // namespace maintenance::text
