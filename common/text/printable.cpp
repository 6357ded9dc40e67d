#include "common/text/printable.h"

#include <cstdint>

namespace maintenance::text {
namespace {

/// Length of the valid, printable UTF-8 sequence at the start of `s`, or 0.
std::size_t sequence_bytes(std::string_view s) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(s[i]); };
  const auto tail = [&](std::size_t i) { return i < s.size() && (byte(i) & 0xC0U) == 0x80U; };
  const std::uint8_t first = byte(0);
  if (first < 0x20 || first == 0x7F) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF && tail(1)) {
    return first == 0xC2 && byte(1) < 0xA0 ? 0 : 2;  // U+0080..U+009F are C1 controls
  }
  if ((first & 0xF0U) == 0xE0U && tail(1) && tail(2)) {
    if (first == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
    if (first == 0xED && byte(1) > 0x9F) return 0;  // surrogate
    // U+2028/9 and U+202A..E, U+2066..9 reorder or break lines: as hostile as a control byte.
    if (first == 0xE2 && byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE) return 0;
    if (first == 0xE2 && byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4 && tail(1) && tail(2) && tail(3)) {
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

void append_escape(std::string& out, char raw) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<std::uint8_t>(raw);
  switch (raw) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 0x0FU];
}

}  // namespace

std::string printable(std::string_view raw, std::size_t bytes_max) {
  std::string out;
  while (!raw.empty()) {
    if (out.size() >= bytes_max) return out + "…";
    const std::size_t length = sequence_bytes(raw);
    if (length == 0) {
      append_escape(out, raw.front());
      raw.remove_prefix(1);
    } else {
      out.append(raw.substr(0, length));
      raw.remove_prefix(length);
    }
  }
  return out;
}

std::string quoted(std::string_view raw) {
  return '"' + printable(raw, 300) + '"';
}

}  // namespace maintenance::text
