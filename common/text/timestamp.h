#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace maintenance::text {

using Timestamp = std::chrono::system_clock::time_point;

/// RFC 3339 in UTC with whole seconds: "2026-11-23T08:15:00Z".
[[nodiscard]] std::string format_timestamp(Timestamp time);
/// Reads RFC 3339 with any offset and fraction; nothing for anything else, nor for years that the
/// clock cannot hold (before 1678, after 2261).
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

/// Age in kubectl's short form: "42s", "7m", "3h12m", "5d". Negative ages read "0s".
[[nodiscard]] std::string format_age(std::chrono::seconds age);

}  // namespace maintenance::text
