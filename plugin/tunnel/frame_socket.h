#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/http/connection.h"
#include "plugin/tunnel/frame.h"
#include "plugin/tunnel/random_source.h"

namespace maintenance::plugin {

/// A gateway on the way may drop what is silent for a minute, and so we are not (kubectl's own
/// period).
inline constexpr std::chrono::milliseconds ping_period{std::chrono::seconds(5)};

/// WebSocket messages over an upgraded connection for somebody who must not block: whoever owns it
/// waits until the socket is readable or writable, and calls read() or write() then. Answers pings,
/// and asks by itself whether anybody is there. Holds one message that came in and a few that go
/// out. Not thread-safe. A Watchdog::Guard on the socket must outlive it.
class FrameSocket {
 public:
  FrameSocket(http::Upgraded& upgraded, RandomSource& random,
              std::chrono::milliseconds ping_every = ping_period);

  /// The next binary message, if a whole one is here. Fails with `protocol`.
  [[nodiscard]] Result<std::optional<std::string>> next();
  /// The other side has said goodbye, or there is nobody any more.
  [[nodiscard]] bool over() const noexcept { return over_; }
  void end() noexcept { over_ = true; }

  /// Queues one binary message of at most sent_payload_bytes_max bytes.
  void send(std::string_view payload) { queue(Opcode::binary, payload); }
  /// False while there is something to be written: whoever sends more then makes a queue.
  [[nodiscard]] bool is_idle() const noexcept { return frames_.empty(); }
  [[nodiscard]] bool has_room() const noexcept;
  /// Queues a ping when it is time for one.
  void keep_alive();

  /// TLS may hold bytes that the socket does not show any more.
  [[nodiscard]] bool has_bytes_at_hand() { return upgraded_.socket.available() > 0; }
  /// Once the socket is readable. Fails with `unreachable` when the connection broke; a connection
  /// that was closed in good order is over().
  [[nodiscard]] Result<void> read();
  /// Once the socket is writable. False when nothing can be written any more; why is for read() to
  /// find out.
  [[nodiscard]] bool write();

  /// When anything was last heard.
  [[nodiscard]] Deadline heard() const noexcept { return heard_; }
  [[nodiscard]] const Poco::Net::StreamSocket& plain_socket() const {
    return upgraded_.plain_socket;
  }

 private:
  void queue(Opcode opcode, std::string_view payload);

  http::Upgraded& upgraded_;
  RandomSource& random_;
  std::chrono::milliseconds ping_every_;
  FrameDecoder decoder_;
  std::deque<std::string> frames_;  ///< to be sent; the first one perhaps in part
  std::size_t frame_sent_ = 0;      ///< bytes of the first one
  bool over_ = false;
  Deadline heard_;
  Deadline pinged_;
  std::array<char, 16 * 1024> block_{};
};

}  // namespace maintenance::plugin
