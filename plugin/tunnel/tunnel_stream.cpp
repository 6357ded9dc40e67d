#include "plugin/tunnel/tunnel_stream.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <chrono>

#include "common/http/time_left.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

/// After the error channel has spoken the runtime closes; we do not wait for it any longer.
constexpr std::chrono::seconds wait_after_error_text{2};

}  // namespace

TunnelStream::TunnelStream(http::Upgraded& upgraded, std::uint16_t port, RandomSource& random,
                           Deadline deadline)
    : upgraded_(upgraded), random_(random), deadline_(deadline), channels_(port) {
  decoder_.feed(upgraded_.leftover);
  upgraded_.leftover.clear();
}

TunnelStream::~TunnelStream() {
  try {
    send_frame(Opcode::close, normal_closure());
  } catch (const std::exception&) {
    // The other side went first: there is nobody left to say goodbye to.
  }
}

void TunnelStream::finish(ErrorKind kind, const std::string& cause) {
  if (!end_) end_ = Error{kind, reading_tunnel, cause};
}

void TunnelStream::send_frame(Opcode opcode, std::string_view payload) {
  const std::uint32_t word = random_.next();
  const Mask mask{static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8U),
                  static_cast<std::uint8_t>(word >> 16U), static_cast<std::uint8_t>(word >> 24U)};
  std::string frame = encode_frame(opcode, payload, mask);
  std::string_view rest = frame;
  while (!rest.empty()) {
    const int sent = upgraded_.socket.sendBytes(rest.data(), static_cast<int>(rest.size()));
    if (sent <= 0) throw Poco::IOException("the connection was closed");
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
}

Result<void> TunnelStream::send(std::string_view bytes) {
  try {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, sent_payload_bytes_max - 1);
      send_frame(Opcode::binary, PortForwardChannels::wrap(part));
      bytes.remove_prefix(part.size());
    }
    return {};
  } catch (const Poco::Exception& failure) {
    return Error{ErrorKind::unreachable, "writing to the tunnel",
                 text::printable(failure.displayText())};
  }
}

void TunnelStream::take(const Message& message) {
  switch (message.opcode) {
    case Opcode::ping:
      send_frame(Opcode::pong, message.payload);
      return;
    case Opcode::close:
      finish(ErrorKind::unreachable, "the tunnel was closed");
      return;
    case Opcode::binary: {
      const std::size_t before = data_.size();
      const auto taken = channels_.take(message.payload, data_);
      if (!taken) finish(ErrorKind::protocol, taken.error().cause);
      if (data_.size() > before) received_data_ = true;
      return;
    }
    case Opcode::continuation:
    case Opcode::text:
    case Opcode::pong:
      return;
  }
}

/// Takes the whole messages at hand; false when the stream has ended.
bool TunnelStream::take_messages() {
  while (!end_) {
    auto message = decoder_.next();
    if (!message) {
      finish(ErrorKind::protocol, message.error().cause);
      break;
    }
    if (!*message) return true;
    take(**message);
  }
  return false;
}

/// Waits for bytes and feeds them to the decoder; false when the stream has ended.
bool TunnelStream::read_more() {
  Deadline until = deadline_;
  if (!error_text().empty())
    until = std::min(until, std::chrono::steady_clock::now() + wait_after_error_text);
  upgraded_.socket.setReceiveTimeout(http::time_left(until));
  const int received =
      upgraded_.socket.receiveBytes(block_.data(), static_cast<int>(block_.size()));
  if (received <= 0) {
    finish(ErrorKind::unreachable, "the connection was cut");
    return false;
  }
  decoder_.feed({block_.data(), static_cast<std::size_t>(received)});
  return true;
}

TunnelStream::int_type TunnelStream::underflow() {
  if (gptr() < egptr()) return traits_type::to_int_type(*gptr());
  data_.clear();
  try {
    // Data that came before the end of the tunnel is still given out.
    while (take_messages() && data_.empty() && read_more()) {
    }
  } catch (const Poco::TimeoutException&) {
    finish(ErrorKind::timeout, "no answer in time");
  } catch (const Poco::Exception& failure) {
    finish(ErrorKind::unreachable, text::printable(failure.displayText()));
  }
  if (data_.empty()) {
    setg(nullptr, nullptr, nullptr);
    return traits_type::eof();
  }
  setg(data_.data(), data_.data(), data_.data() + data_.size());
  return traits_type::to_int_type(data_.front());
}

}  // namespace maintenance::plugin
