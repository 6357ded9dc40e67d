#include "common/text/printable.h"

#include <cstdint>

#include "common/text/utf8.h"

namespace maintenance::text {
namespace {

/// True for characters that move the cursor, break lines or reorder text.
bool is_control(std::string_view sequence) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(sequence[i]); };
  if (sequence.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (sequence.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;  // C1: U+0080..U+009F
  if (sequence.size() != 3 || byte(0) != 0xE2) return false;
  // U+2028/9 and U+202A..E, U+2066..9.
  return (byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE) ||
         (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
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
    const std::size_t length = utf8_sequence_bytes(raw);
    if (length == 0 || is_control(raw.substr(0, length))) {
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
