#include "plugin/exec/session.h"

#include <Poco/Exception.h>

#include <algorithm>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

using std::chrono::milliseconds;

/// One read or write of the socket. Poco 1.11 knows no other way not to block with TLS; the wait
/// before has seen to it that there is something to do.
constexpr long socket_us_max = 1000;
/// Pongs and our own messages; whoever asks for more while we cannot send gets no answer.
constexpr std::size_t frames_max = 16;
/// Looked at again when the other side is gone and our own streams have no room.
constexpr milliseconds look_again_after{100};
/// After the status the server closes; we do not wait for it any longer.
constexpr milliseconds wait_after_status{std::chrono::seconds(2)};

milliseconds since(Deadline then) {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - then);
}

Error lost(const std::string& why) {
  return Error{ErrorKind::unreachable, "", "the connection to the command was lost: " + why};
}

}  // namespace

Session::Session(http::Upgraded& upgraded, RandomSource& random, LocalStreams& local, Setup setup)
    : upgraded_(upgraded),
      random_(random),
      local_(local),
      setup_(std::move(setup)),
      input_open_(setup_.input),
      heard_(std::chrono::steady_clock::now()),
      pinged_(heard_) {
  decoder_.feed(upgraded_.leftover);
  upgraded_.leftover.clear();
}

void Session::queue(Opcode opcode, std::string_view payload) {
  const std::uint32_t word = random_.next();
  const Mask mask{static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8U),
                  static_cast<std::uint8_t>(word >> 16U), static_cast<std::uint8_t>(word >> 24U)};
  frames_.push_back(encode_frame(opcode, payload, mask));
}

void Session::tell_window() {
  const auto size = local_.window();
  if (setup_.tty && size && frames_.size() < frames_max) {
    queue(Opcode::binary, resize_message(*size));
  }
}

Result<void> Session::take(const Message& message) {
  switch (message.opcode) {
    case Opcode::ping:
      if (frames_.size() < frames_max) queue(Opcode::pong, message.payload);
      return {};
    case Opcode::close:
      over_ = true;
      return {};
    case Opcode::binary:
      break;
    case Opcode::continuation:
    case Opcode::text:
    case Opcode::pong:
      return {};
  }
  // Servers open each channel with an empty message.
  if (message.payload.size() < 2) return {};
  const std::string bytes = message.payload.substr(1);
  switch (static_cast<ExecChannel>(static_cast<std::uint8_t>(message.payload.front()))) {
    case ExecChannel::output:
      piece_ = Piece{Sink::output, bytes};
      return {};
    case ExecChannel::error:
      piece_ = Piece{Sink::error, bytes};
      return {};
    case ExecChannel::status:
      if (status_.size() + bytes.size() > status_bytes_max) {
        return Error{ErrorKind::protocol, "", "the server's status is too long"};
      }
      status_ += bytes;
      return {};
    case ExecChannel::close:
      return {};
    case ExecChannel::input:
    case ExecChannel::resize:
      break;
  }
  return Error{ErrorKind::protocol, "", "the server used a channel that is ours"};
}

/// Takes whole messages until one has something for our own streams: the next one waits until that
/// is written.
Result<void> Session::take_messages() {
  while (!over_ && !piece_) {
    auto message = decoder_.next();
    if (!message) return message.error();
    if (!*message) return {};
    if (auto taken = take(**message); !taken) return taken;
  }
  return {};
}

Result<void> Session::read_socket() {
  try {
    const int got = upgraded_.socket.receiveBytes(block_.data(), static_cast<int>(block_.size()));
    if (got <= 0) {
      over_ = true;
      return {};
    }
    heard_ = std::chrono::steady_clock::now();
    sent_since_heard_ = false;
    decoder_.feed({block_.data(), static_cast<std::size_t>(got)});
  } catch (const Poco::TimeoutException&) {
    // Half a TLS record: the rest is on its way.
  } catch (const Poco::Exception& failure) {
    if (status_.empty()) return lost(text::printable(failure.displayText()));
    over_ = true;
  }
  return {};
}

/// After a timeout OpenSSL wants the very same bytes again, and so the frame stays as it is.
void Session::write_socket() {
  const std::string& frame = frames_.front();
  try {
    const int sent = upgraded_.socket.sendBytes(frame.data() + frame_sent_,
                                                static_cast<int>(frame.size() - frame_sent_));
    if (sent <= 0) return;
    frame_sent_ += static_cast<std::size_t>(sent);
  } catch (const Poco::TimeoutException&) {
    return;
  } catch (const Poco::Exception&) {
    // The server may have said why before it went: reading tells.
    frames_.clear();
    frame_sent_ = 0;
    input_open_ = false;
    return;
  }
  if (frame_sent_ < frame.size()) return;
  frames_.pop_front();
  frame_sent_ = 0;
}

Result<void> Session::read_input() {
  const auto got = local_.read(block_.data(), std::min(block_.size(), sent_payload_bytes_max - 1));
  if (!got) return got.error();
  sent_since_heard_ = true;
  if (*got > 0) {
    queue(Opcode::binary, input_message({block_.data(), *got}));
    return {};
  }
  input_open_ = false;
  if (setup_.can_end_input) queue(Opcode::binary, end_of_input_message());
  return {};
}

Result<void> Session::write_piece() {
  const auto written = local_.write(piece_->sink, piece_->bytes);
  if (!written) return written.error();
  piece_->bytes.erase(0, *written);
  if (piece_->bytes.empty()) piece_.reset();
  return {};
}

milliseconds Session::patience() const {
  if (over_ || cut_) return look_again_after;
  if (!status_.empty()) return wait_after_status;
  return setup_.ping_every;
}

Result<void> Session::check_silence() {
  if (!status_.empty() && !piece_ && since(heard_) >= wait_after_status) over_ = true;
  // What we do not read we cannot hear.
  if (piece_) return {};
  const milliseconds limit = sent_since_heard_
                                 ? std::max(silence_while_sending_max, setup_.silent_at_most)
                                 : setup_.silent_at_most;
  if (since(heard_) >= limit) return lost("nothing was heard for too long");
  if (since(pinged_) >= setup_.ping_every && frames_.empty()) {
    queue(Opcode::ping, "");
    pinged_ = std::chrono::steady_clock::now();
  }
  return {};
}

Result<void> Session::turn() {
  if (setup_.called_off && setup_.called_off()) {
    return Error{ErrorKind::interrupted, "", "interrupted"};
  }
  if (auto taken = take_messages(); !taken) return taken;
  if (auto alive = check_silence(); !alive) return alive;
  if (over_ && !piece_) return {};
  Events wanted;
  wanted.readable = !piece_ && !over_;
  wanted.writable = !frames_.empty() && !over_;
  wanted.input = input_open_ && frames_.empty() && !over_;
  wanted.output = piece_ && piece_->sink == Sink::output;
  wanted.error = piece_ && piece_->sink == Sink::error;
  wanted.cut = over_ || cut_;
  // TLS may hold bytes that the socket does not show any more.
  const bool at_hand = wanted.readable && upgraded_.socket.available() > 0;
  // Read to the end what somebody has sent who is gone.
  const bool rest = wanted.readable && cut_;
  const auto ready =
      local_.wait(upgraded_.plain_socket, wanted, at_hand || rest ? milliseconds(0) : patience());
  if (!ready) return ready.error();
  cut_ = cut_ || (ready->cut && !wanted.readable);
  if (ready->resized) tell_window();
  if (ready->output || ready->error) {
    if (auto written = write_piece(); !written) return written;
  }
  if (ready->writable) write_socket();
  if (ready->readable || at_hand || rest) {
    if (auto read = read_socket(); !read) return read;
  }
  return ready->input ? read_input() : Result<void>();
}

/// Being called off cuts the connection, and is what to say then.
Error Session::because(const Error& failure) const {
  const bool called_off = setup_.called_off && setup_.called_off();
  return called_off ? Error{ErrorKind::interrupted, "", "interrupted"} : failure;
}

Result<ExecEnd> Session::ended() const {
  if (status_.empty()) return because(lost("it was closed"));
  return read_exec_end(status_);
}

Result<ExecEnd> Session::run() {
  try {
    upgraded_.socket.setReceiveTimeout(Poco::Timespan(socket_us_max));
    upgraded_.socket.setSendTimeout(Poco::Timespan(socket_us_max));
    tell_window();
    while (!over_ || piece_) {
      if (auto turned = turn(); !turned) return because(turned.error());
    }
    return ended();
  } catch (const Poco::Exception& failure) {
    return because(lost(text::printable(failure.displayText())));
  }
}

}  // namespace maintenance::plugin
