#include "plugin/tunnel/forwarding.h"

#include <Poco/Exception.h>

#include "common/text/printable.h"

namespace maintenance::plugin {

using Poco::Net::Socket;

Forwarding::Forwarding(http::Upgraded& tunnel, RandomSource& random, Poco::Net::StreamSocket local,
                       std::uint16_t port)
    : frames_(tunnel, random), local_(std::move(local)), channels_(port) {
  local_.setBlocking(false);
}

bool Forwarding::done() const {
  if (broken_) return true;
  if (!pending_.empty()) return false;
  const bool late =
      local_ended_ && std::chrono::steady_clock::now() - *local_ended_ >= wait_after_local_end;
  return frames_.over() || late || !error_text().empty();
}

Result<void> Forwarding::take_messages() {
  while (pending_.empty()) {
    const auto message = frames_.next();
    if (!message) return message.error();
    if (!*message) return {};
    if (auto taken = channels_.take(**message, pending_); !taken) return taken;
  }
  return {};
}

void Forwarding::read_local() {
  try {
    const int got = local_.receiveBytes(block_.data(), static_cast<int>(block_.size()));
    if (got < 0) return;
    if (got > 0) {
      frames_.send(PortForwardChannels::wrap({block_.data(), static_cast<std::size_t>(got)}));
      return;
    }
    local_ended_ = std::chrono::steady_clock::now();
  } catch (const Poco::Exception&) {
    broken_ = true;
  }
}

void Forwarding::write_local() {
  try {
    const int sent = local_.sendBytes(pending_.data(), static_cast<int>(pending_.size()));
    if (sent > 0) pending_.erase(0, static_cast<std::size_t>(sent));
  } catch (const Poco::Exception&) {
    broken_ = true;
  }
}

Result<void> Forwarding::turn() {
  if (auto taken = take_messages(); !taken) return taken;
  if (done()) return {};
  frames_.keep_alive();
  const Poco::Net::StreamSocket& tunnel = frames_.plain_socket();
  const bool take_more = pending_.empty() && !frames_.over();
  const bool at_hand = take_more && frames_.has_bytes_at_hand();
  Socket::SocketList readable;
  Socket::SocketList writable;
  Socket::SocketList failed;
  if (take_more) readable.push_back(tunnel);
  if (!frames_.is_idle()) writable.push_back(tunnel);
  if (!local_ended_ && frames_.is_idle()) readable.push_back(local_);
  if (!pending_.empty()) writable.push_back(local_);
  const auto patience = at_hand ? std::chrono::milliseconds(0) : ping_period;
  Socket::select(readable, writable, failed,
                 Poco::Timespan(std::chrono::microseconds(patience).count()));
  for (const Socket& socket : writable) {
    if (socket == local_) write_local();
    // When nothing can be written any more, reading tells why.
    if (socket == tunnel) [[maybe_unused]]
      const bool sent = frames_.write();
  }
  bool from_tunnel = at_hand;
  for (const Socket& socket : readable) {
    if (socket == local_) read_local();
    from_tunnel = from_tunnel || socket == tunnel;
  }
  return from_tunnel ? frames_.read() : Result<void>();
}

Result<void> Forwarding::run() {
  try {
    while (!done()) {
      if (auto turned = turn(); !turned) return turned;
    }
    return {};
  } catch (const Poco::Exception& failure) {
    return Error{ErrorKind::unreachable, "", text::printable(failure.displayText())};
  }
}

}  // namespace maintenance::plugin
