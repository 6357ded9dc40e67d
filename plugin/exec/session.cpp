#include "plugin/exec/session.h"

#include <Poco/Exception.h>

#include <algorithm>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

using std::chrono::milliseconds;

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
    : frames_(upgraded, random, setup.ping_every),
      local_(local),
      setup_(std::move(setup)),
      input_open_(setup_.input) {}

void Session::tell_window() {
  const auto size = local_.window();
  if (setup_.tty && size && frames_.has_room()) frames_.send(resize_message(*size));
}

Result<void> Session::take(const std::string& message) {
  // Servers open each channel with an empty message.
  if (message.size() < 2) return {};
  const std::string bytes = message.substr(1);
  switch (static_cast<ExecChannel>(static_cast<std::uint8_t>(message.front()))) {
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
  while (!piece_) {
    const auto message = frames_.next();
    if (!message) return message.error();
    if (!*message) return {};
    if (auto taken = take(**message); !taken) return taken;
  }
  return {};
}

Result<void> Session::read_socket() {
  const Deadline before = frames_.heard();
  if (auto read = frames_.read(); !read) {
    if (status_.empty()) return lost(read.error().cause);
    frames_.end();
  }
  if (frames_.heard() != before) sent_since_heard_ = false;
  return {};
}

Result<void> Session::read_input() {
  const auto got = local_.read(block_.data(), block_.size());
  if (!got) return got.error();
  if (!*got) return {};
  sent_since_heard_ = true;
  const std::size_t bytes = **got;
  if (bytes > 0) {
    frames_.send(input_message({block_.data(), bytes}));
    return {};
  }
  input_open_ = false;
  if (setup_.can_end_input) frames_.send(end_of_input_message());
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
  if (frames_.over() || cut_) return look_again_after;
  if (!status_.empty()) return wait_after_status;
  return setup_.ping_every;
}

Result<void> Session::check_silence() {
  if (!status_.empty() && !piece_ && since(frames_.heard()) >= wait_after_status) frames_.end();
  // What we do not read we cannot hear.
  if (piece_) return {};
  const milliseconds limit = sent_since_heard_
                                 ? std::max(silence_while_sending_max, setup_.silent_at_most)
                                 : setup_.silent_at_most;
  if (since(frames_.heard()) >= limit) return lost("nothing was heard for too long");
  frames_.keep_alive();
  return {};
}

Result<void> Session::turn() {
  if (setup_.called_off && setup_.called_off()) {
    return Error{ErrorKind::interrupted, "", "interrupted"};
  }
  if (auto taken = take_messages(); !taken) return taken;
  if (auto alive = check_silence(); !alive) return alive;
  const bool over = frames_.over();
  if (over && !piece_) return {};
  Events wanted;
  wanted.readable = !piece_ && !over;
  wanted.writable = !frames_.is_idle() && !over;
  wanted.input = input_open_ && frames_.is_idle() && !over;
  wanted.output = piece_ && piece_->sink == Sink::output;
  wanted.error = piece_ && piece_->sink == Sink::error;
  wanted.cut = over || cut_;
  // Also to the end what somebody has sent who is gone.
  const bool at_hand = wanted.readable && (cut_ || frames_.has_bytes_at_hand());
  const auto ready =
      local_.wait(frames_.plain_socket(), wanted, at_hand ? milliseconds(0) : patience());
  if (!ready) return ready.error();
  cut_ = cut_ || (ready->cut && !wanted.readable);
  if (ready->resized) tell_window();
  if (ready->output || ready->error) {
    if (auto written = write_piece(); !written) return written;
  }
  // When nothing can be written any more, reading tells why.
  if (ready->writable && !frames_.write()) input_open_ = false;
  if (ready->readable || at_hand) {
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
    tell_window();
    while (!frames_.over() || piece_) {
      if (auto turned = turn(); !turned) return because(turned.error());
    }
    return ended();
  } catch (const Poco::Exception& failure) {
    return because(lost(text::printable(failure.displayText())));
  }
}

}  // namespace maintenance::plugin
