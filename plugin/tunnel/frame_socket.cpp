#include "plugin/tunnel/frame_socket.h"

#include <Poco/Exception.h>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

/// One read or write of the socket. Poco 1.11 knows no other way not to block with TLS; the wait
/// before has seen to it that there is something to do.
constexpr long socket_us_max = 1000;
/// Pongs and our own messages; whoever asks for more while we cannot send gets no answer.
constexpr std::size_t frames_max = 16;

}  // namespace

FrameSocket::FrameSocket(http::Upgraded& upgraded, RandomSource& random,
                         std::chrono::milliseconds ping_every)
    : upgraded_(upgraded),
      random_(random),
      ping_every_(ping_every),
      heard_(std::chrono::steady_clock::now()),
      pinged_(heard_) {
  decoder_.feed(upgraded_.leftover);
  upgraded_.leftover.clear();
  upgraded_.socket.setReceiveTimeout(Poco::Timespan(socket_us_max));
  upgraded_.socket.setSendTimeout(Poco::Timespan(socket_us_max));
}

bool FrameSocket::has_room() const noexcept {
  return frames_.size() < frames_max;
}

void FrameSocket::queue(Opcode opcode, std::string_view payload) {
  const std::uint32_t word = random_.next();
  const Mask mask{static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8U),
                  static_cast<std::uint8_t>(word >> 16U), static_cast<std::uint8_t>(word >> 24U)};
  frames_.push_back(encode_frame(opcode, payload, mask));
}

void FrameSocket::keep_alive() {
  const Deadline now = std::chrono::steady_clock::now();
  if (!frames_.empty() || now - pinged_ < ping_every_) return;
  queue(Opcode::ping, "");
  pinged_ = now;
}

Result<std::optional<std::string>> FrameSocket::next() {
  while (!over_) {
    auto message = decoder_.next();
    if (!message) return message.error();
    if (!*message) break;
    switch ((*message)->opcode) {
      case Opcode::ping:
        if (has_room()) queue(Opcode::pong, (*message)->payload);
        break;
      case Opcode::close:
        over_ = true;
        break;
      case Opcode::binary:
        return std::optional(std::move((*message)->payload));
      case Opcode::continuation:
      case Opcode::text:
      case Opcode::pong:
        break;
    }
  }
  return std::optional<std::string>();
}

Result<void> FrameSocket::read() {
  try {
    const int got = upgraded_.socket.receiveBytes(block_.data(), static_cast<int>(block_.size()));
    if (got <= 0) {
      over_ = true;
      return {};
    }
    heard_ = std::chrono::steady_clock::now();
    decoder_.feed({block_.data(), static_cast<std::size_t>(got)});
    return {};
  } catch (const Poco::TimeoutException&) {
    return {};  // half a TLS record: the rest is on its way
  } catch (const Poco::Exception& failure) {
    return Error{ErrorKind::unreachable, "", text::printable(failure.displayText())};
  }
}

/// After a timeout OpenSSL wants the very same bytes again, and so the frame stays as it is.
bool FrameSocket::write() {
  const std::string& frame = frames_.front();
  try {
    const int sent = upgraded_.socket.sendBytes(frame.data() + frame_sent_,
                                                static_cast<int>(frame.size() - frame_sent_));
    if (sent <= 0) return true;
    frame_sent_ += static_cast<std::size_t>(sent);
  } catch (const Poco::TimeoutException&) {
    return true;
  } catch (const Poco::Exception&) {
    frames_.clear();
    frame_sent_ = 0;
    return false;
  }
  if (frame_sent_ < frame.size()) return true;
  frames_.pop_front();
  frame_sent_ = 0;
  return true;
}

}  // namespace maintenance::plugin
