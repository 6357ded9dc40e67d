#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace maintenance::plugin {

/// What everybody who takes the tunnel apart was doing when an Error came of it.
inline constexpr const char* reading_tunnel = "reading the tunnel";

/// RFC 6455 section 5.2.
enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA
};

/// Largest payload that we put into one frame: far below every server's limit, and small enough
/// that a slow link shows progress.
inline constexpr std::size_t sent_payload_bytes_max = 16UL * 1024;
/// Largest message that we accept: container runtimes send what one read gives them (32 KiB), so
/// anything near this is not a port-forward.
inline constexpr std::size_t message_bytes_max = 1024UL * 1024;
/// RFC 6455 section 5.5: control frames are never longer.
inline constexpr std::size_t control_payload_bytes_max = 125;

using Mask = std::array<std::uint8_t, 4>;

/// One unfragmented, masked frame, as a client must send it. `payload` is at most
/// sent_payload_bytes_max long; whoever has more sends several messages.
[[nodiscard]] std::string encode_frame(Opcode opcode, std::string_view payload, Mask mask);

/// The payload of a close frame: 1000, normal closure.
[[nodiscard]] std::string normal_closure();

/// A whole message: `binary` (put together from its fragments), `close`, `ping` or `pong`.
struct Message {
  Opcode opcode = Opcode::binary;
  std::string payload;
};

/// Takes bytes as they come off the wire and gives out whole messages. What a server may not send
/// (masked frames, reserved bits, text, long control frames, stray fragments, anything over the
/// limit) is ErrorKind::protocol, and stays one: a broken stream has no next message.
/// A plain state machine; not thread-safe.
class FrameDecoder {
 public:
  explicit FrameDecoder(std::size_t bytes_max = message_bytes_max) : bytes_max_(bytes_max) {}

  void feed(std::string_view bytes);
  /// The next whole message, or nothing until more bytes are fed.
  [[nodiscard]] Result<std::optional<Message>> next();

 private:
  struct Head {
    bool final = false;
    Opcode opcode = Opcode::binary;
    std::uint64_t payload_bytes = 0;
    std::size_t head_bytes = 0;
  };

  [[nodiscard]] Result<std::optional<Head>> read_head() const;
  [[nodiscard]] Result<void> check_head(const Head& head) const;
  [[nodiscard]] Result<std::optional<Message>> take_frame(const Head& head);
  Error broken(const std::string& why);

  std::size_t bytes_max_;
  std::string buffer_;
  std::size_t read_ = 0;  ///< bytes of buffer_ that are used up
  std::optional<std::string> fragments_;
  std::optional<Error> failure_;
};

}  // namespace maintenance::plugin
