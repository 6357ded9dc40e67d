#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace maintenance::testing {

/// A WebSocket frame as a server may send it, or as it may not: every part is the test's choice.
struct ServerFrame {
  std::string payload = std::string();
  std::uint8_t opcode = 0x2;
  bool final = true;
  bool masked = false;
  std::uint8_t reserved = 0;
  int length_bytes = 0;  ///< 0 = the shortest form, else 1, 2 or 8

  [[nodiscard]] std::string bytes() const {
    std::string out;
    out += static_cast<char>((final ? 0x80 : 0) | (reserved << 4) | opcode);
    const std::size_t size = payload.size();
    const int length = length_bytes != 0 ? length_bytes : size < 126 ? 1 : size < 65536 ? 2 : 8;
    const int mask_bit = masked ? 0x80 : 0;
    if (length == 1) {
      out += static_cast<char>(mask_bit | static_cast<int>(size));
    } else {
      out += static_cast<char>(mask_bit | (length == 2 ? 126 : 127));
      for (int shift = (length - 1) * 8; shift >= 0; shift -= 8) {
        out += static_cast<char>((static_cast<std::uint64_t>(size) >> shift) & 0xFFU);
      }
    }
    if (masked) out += std::string(4, '\0');  // a mask of zeros leaves the payload as it is
    return out + payload;
  }
};

inline std::string binary_frame(std::string payload) {
  return ServerFrame{.payload = std::move(payload)}.bytes();
}
inline std::string data_frame(const std::string& data) {
  return binary_frame(std::string(1, '\0') + data);
}
inline std::string error_frame(const std::string& text) {
  return binary_frame("\x01" + text);
}
inline std::string ping_frame(std::string payload) {
  return ServerFrame{.payload = std::move(payload), .opcode = 0x9}.bytes();
}
inline std::string close_frame() {
  return ServerFrame{.payload = "\x03\xE8", .opcode = 0x8}.bytes();
}
/// 8889, little-endian: how both channels of that port begin.
inline const std::string agent_port_prefix = "\xB9\x22";
/// What every server sends first.
inline std::string prefixes() {
  return data_frame(agent_port_prefix) + error_frame(agent_port_prefix);
}

/// Takes the masks off and gives back the payloads of a client's frames, one after the other.
inline std::string unmasked(std::string_view frames, std::uint8_t wanted_opcode) {
  std::string out;
  while (frames.size() >= 6) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(frames[i]); };
    const auto opcode = static_cast<std::uint8_t>(byte(0) & 0x0FU);
    std::size_t length = byte(1) & 0x7FU;
    std::size_t head = 2;
    if (length == 126) {
      length = static_cast<std::size_t>(byte(2)) << 8U | byte(3);
      head = 4;
    }
    if (frames.size() < head + 4 + length) break;
    for (std::size_t i = 0; i < length && opcode == wanted_opcode; ++i) {
      out += static_cast<char>(byte(head + 4 + i) ^ byte(head + i % 4));
    }
    frames.remove_prefix(head + 4 + length);
  }
  return out;
}

}  // namespace maintenance::testing
