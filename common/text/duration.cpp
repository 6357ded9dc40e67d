#include "common/text/duration.h"

#include <array>
#include <cstdint>
#include <utility>

namespace maintenance::text {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units{{
    {"ms", 1},
    {"h", 3'600'000},
    {"m", 60'000},
    {"s", 1'000},
    {"d", 86'400'000},
}};
/// Keeps every sum far away from the end of 64 bits.
constexpr std::int64_t longest_ms = 10'000LL * 3'600'000;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Cuts a decimal number off the front, in thousandths.
std::optional<std::int64_t> take_thousandths(std::string_view& text) {
  std::int64_t value = 0;
  bool any = false;
  while (!text.empty() && is_digit(text.front())) {
    value = value * 10 + (text.front() - '0');
    if (value > longest_ms) return std::nullopt;
    text.remove_prefix(1);
    any = true;
  }
  value *= 1000;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    std::int64_t weight = 100;
    while (!text.empty() && is_digit(text.front())) {
      value += (text.front() - '0') * weight;
      weight /= 10;
      text.remove_prefix(1);
      any = true;
    }
  }
  if (!any) return std::nullopt;
  return value;
}

std::optional<std::int64_t> take_unit(std::string_view& text) {
  for (const auto& [name, length_ms] : units) {
    if (text.substr(0, name.size()) != name) continue;
    text.remove_prefix(name.size());
    return length_ms;
  }
  return std::nullopt;
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total_ms = 0;
  const bool only_number = text.find_first_not_of("0123456789") == std::string_view::npos;
  while (!text.empty()) {
    const auto thousandths = take_thousandths(text);
    if (!thousandths) return std::nullopt;
    if (only_number) {
      total_ms = *thousandths;  // seconds
      break;
    }
    const auto unit_ms = take_unit(text);
    if (!unit_ms || *thousandths / 1000 > longest_ms / *unit_ms) return std::nullopt;
    total_ms += *thousandths * *unit_ms / 1000;
    if (total_ms > longest_ms) return std::nullopt;
  }
  if (total_ms > longest_ms) return std::nullopt;
  return milliseconds(total_ms);
}

std::string format_duration(milliseconds duration) {
  std::int64_t rest_ms = duration.count();
  if (rest_ms < 1000) return std::to_string(rest_ms) + "ms";
  std::string out;
  const std::int64_t hours = rest_ms / 3'600'000;
  rest_ms %= 3'600'000;
  const std::int64_t minutes = rest_ms / 60'000;
  const std::int64_t seconds = rest_ms % 60'000 / 1000;
  if (hours != 0) out += std::to_string(hours) + "h";
  if (minutes != 0) out += std::to_string(minutes) + "m";
  if (seconds != 0 || out.empty()) out += std::to_string(seconds) + "s";
  return out;
}

}  // namespace maintenance::text
