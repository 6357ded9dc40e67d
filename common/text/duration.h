#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace maintenance::text {

/// Reads a duration as Go writes it ("10m", "1h30m", "500ms", "1.5s"), with days as well ("3d"), or
/// a whole number of seconds. Nothing for anything else, for negative ones and for more than 10,000
/// hours.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "10m", "1h30m", "45s", "500ms".
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

}  // namespace maintenance::text
