#include "common/text/timestamp.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace maintenance::text {
namespace {

using std::chrono::seconds;

/// The system clock counts nanoseconds in 64 bits: from 1677 to 2262. Beyond, a time would wrap.
constexpr auto first_second = std::chrono::ceil<seconds>(Timestamp::min());
constexpr auto last_second = std::chrono::floor<seconds>(Timestamp::max());

/// Cuts `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

void skip_fraction(std::string_view& text) {
  if (text.size() < 2 || text[0] != '.' || text[1] < '0' || text[1] > '9') return;
  text.remove_prefix(1);
  while (!text.empty() && text.front() >= '0' && text.front() <= '9')
    text.remove_prefix(1);
}

/// Seconds to subtract for the zone at the end of an RFC 3339 time.
std::optional<seconds> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return seconds(0);
  const int sign = take(text, '+') ? 1 : (take(text, '-') ? -1 : 0);
  if (sign == 0) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return seconds(sign * (*hours * 3600 + *minutes * 60));
}

}  // namespace

std::string format_timestamp(Timestamp time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<seconds>(time - day)};
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out.data();
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  const auto y = take_number(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto mon = take_number(text, 2);
  if (!mon || !take(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  const auto h = take_number(text, 2);
  if (!h || !take(text, ':')) return std::nullopt;
  const auto min = take_number(text, 2);
  if (!min || !take(text, ':')) return std::nullopt;
  const auto s = take_number(text, 2);
  if (!s) return std::nullopt;
  skip_fraction(text);
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*mon)),
                            day(static_cast<unsigned>(*d))};
  if (!date.ok() || *h > 23 || *min > 59 || *s > 60) return std::nullopt;
  const sys_seconds time = sys_days{date} + hours(*h) + minutes(*min) + seconds(*s) - *offset;
  if (time < first_second || time > last_second) return std::nullopt;
  return time;
}

std::string format_age(seconds age) {
  const auto total = age.count() < 0 ? 0 : age.count();
  if (total < 120) return std::to_string(total) + "s";
  if (total < 7200) return std::to_string(total / 60) + "m";
  if (total < 172800) {
    const auto minutes = total % 3600 / 60;
    return std::to_string(total / 3600) + "h" +
           (minutes != 0 ? std::to_string(minutes) + "m" : std::string());
  }
  return std::to_string(total / 86400) + "d";
}

}  // namespace maintenance::text
