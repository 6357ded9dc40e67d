#include "plugin/tunnel/frame.h"

#include <algorithm>

namespace maintenance::plugin {
namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t opcode_bits = 0x0F;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7F;
constexpr std::uint8_t length_of_16_bits = 126;
constexpr std::uint8_t length_of_64_bits = 127;

bool is_control(Opcode opcode) noexcept {
  return opcode == Opcode::close || opcode == Opcode::ping || opcode == Opcode::pong;
}

bool is_known(std::uint8_t opcode) noexcept {
  return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA);
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  }
}

}  // namespace

std::string encode_frame(Opcode opcode, std::string_view payload, Mask mask) {
  std::string out;
  out.reserve(payload.size() + 14);
  out += static_cast<char>(final_bit | static_cast<std::uint8_t>(opcode));
  if (payload.size() < length_of_16_bits) {
    out += static_cast<char>(mask_bit | static_cast<std::uint8_t>(payload.size()));
  } else if (payload.size() <= 0xFFFF) {
    out += static_cast<char>(mask_bit | length_of_16_bits);
    append_big_endian(out, payload.size(), 2);
  } else {
    out += static_cast<char>(mask_bit | length_of_64_bits);
    append_big_endian(out, payload.size(), 8);
  }
  for (const std::uint8_t byte : mask)
    out += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ mask[i % mask.size()]);
  }
  return out;
}

std::string normal_closure() {
  return "\x03\xE8";
}

void FrameDecoder::feed(std::string_view bytes) {
  if (failure_) return;  // nothing will be read any more
  if (read_ > 0) {
    buffer_.erase(0, read_);
    read_ = 0;
  }
  buffer_.append(bytes);
}

Error FrameDecoder::broken(const std::string& why) {
  failure_ = Error{ErrorKind::protocol, reading_tunnel, why};
  buffer_.clear();
  read_ = 0;
  return *failure_;
}

Result<std::optional<FrameDecoder::Head>> FrameDecoder::read_head() const {
  const auto available = buffer_.size() - read_;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(buffer_[read_ + i]); };
  const auto refuse = [](const char* why) {
    return Error{ErrorKind::protocol, reading_tunnel, why};
  };
  if (available < 2) return std::optional<Head>();
  if ((byte(0) & reserved_bits) != 0) return refuse("a frame uses reserved bits");
  if (!is_known(byte(0) & opcode_bits)) return refuse("a frame has an unknown opcode");
  if ((byte(1) & mask_bit) != 0) return refuse("the server masks its frames");
  Head head;
  head.final = (byte(0) & final_bit) != 0;
  head.opcode = static_cast<Opcode>(byte(0) & opcode_bits);
  const std::uint8_t length = byte(1) & length_bits;
  const std::size_t extended = length == length_of_64_bits   ? 8
                               : length == length_of_16_bits ? 2
                                                             : 0;
  head.head_bytes = 2 + extended;
  if (available < head.head_bytes) return std::optional<Head>();
  head.payload_bytes = extended == 0 ? length : 0;
  for (std::size_t i = 0; i < extended; ++i) {
    head.payload_bytes = (head.payload_bytes << 8U) | byte(2 + i);
  }
  return std::optional<Head>(head);
}

Result<void> FrameDecoder::check_head(const Head& head) const {
  const auto refuse = [](const char* why) {
    return Error{ErrorKind::protocol, reading_tunnel, why};
  };
  if (is_control(head.opcode)) {
    if (!head.final) return refuse("a control frame is fragmented");
    if (head.payload_bytes > control_payload_bytes_max)
      return refuse("a control frame is too long");
    return {};
  }
  if (head.opcode == Opcode::text) return refuse("a frame holds text instead of bytes");
  if (head.opcode == Opcode::continuation && !fragments_) {
    return refuse("a fragment continues nothing");
  }
  if (head.opcode == Opcode::binary && fragments_) {
    return refuse("a message starts within another one");
  }
  const std::size_t so_far = fragments_ ? fragments_->size() : 0;
  if (head.payload_bytes > bytes_max_ - std::min(bytes_max_, so_far)) {
    return refuse("a message is too large");
  }
  return {};
}

Result<std::optional<Message>> FrameDecoder::take_frame(const Head& head) {
  const auto length = static_cast<std::size_t>(head.payload_bytes);
  std::string payload = buffer_.substr(read_ + head.head_bytes, length);
  read_ += head.head_bytes + length;
  if (is_control(head.opcode)) {
    return std::optional<Message>(Message{head.opcode, std::move(payload)});
  }
  if (fragments_) {
    fragments_->append(payload);
  } else {
    fragments_ = std::move(payload);
  }
  if (!head.final) return std::optional<Message>();
  Message whole{Opcode::binary, std::move(*fragments_)};
  fragments_.reset();
  return std::optional<Message>(std::move(whole));
}

Result<std::optional<Message>> FrameDecoder::next() {
  if (failure_) return *failure_;
  while (true) {
    const auto head = read_head();
    if (!head) return broken(head.error().cause);
    if (!*head) return std::optional<Message>();
    if (auto valid = check_head(**head); !valid) return broken(valid.error().cause);
    if (buffer_.size() - read_ - (*head)->head_bytes < (*head)->payload_bytes) {
      return std::optional<Message>();
    }
    auto message = take_frame(**head);
    if (!message || *message) return message;
  }
}

}  // namespace maintenance::plugin
