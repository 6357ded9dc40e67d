#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/connection.h"
#include "plugin/exec/exec_channels.h"
#include "plugin/exec/local_streams.h"
#include "plugin/tunnel/frame_socket.h"
#include "plugin/tunnel/random_source.h"

namespace maintenance::plugin {

/// An API server that says nothing for so long is gone (kubectl's own limit).
inline constexpr std::chrono::milliseconds silence_max{std::chrono::seconds(61)};
/// It reads no pings either while the command does not read what we have sent it: then it may take
/// as long as the command.
inline constexpr std::chrono::milliseconds silence_while_sending_max{std::chrono::hours(1)};

/// Carries bytes between our own streams and a command in a container, over an upgraded
/// connection, until the command has ended and everything that it wrote is delivered. Holds at most
/// one message of each direction, whatever one side sends and the other does not take.
/// Owned by one thread. A Watchdog::Guard on the socket must outlive it.
class Session {
 public:
  struct Setup {
    bool input = false;
    bool tty = false;
    bool can_end_input = false;  ///< the protocol has a message for it
    std::function<bool()> called_off = {};
    std::chrono::milliseconds ping_every = ping_period;
    std::chrono::milliseconds silent_at_most = silence_max;
  };

  Session(http::Upgraded& upgraded, RandomSource& random, LocalStreams& local, Setup setup);

  /// `interrupted` when called off, `unreachable` when the connection was lost, `invalid` when the
  /// command did not run, `protocol`, or `internal` when our own streams fail.
  [[nodiscard]] Result<ExecEnd> run();

 private:
  struct Piece {
    Sink sink = Sink::output;
    std::string bytes;
  };

  [[nodiscard]] Result<void> turn();
  [[nodiscard]] std::chrono::milliseconds patience() const;
  [[nodiscard]] Result<void> check_silence();
  [[nodiscard]] Result<void> take_messages();
  [[nodiscard]] Result<void> take(const std::string& message);
  [[nodiscard]] Result<void> read_socket();
  [[nodiscard]] Result<void> read_input();
  [[nodiscard]] Result<void> write_piece();
  void tell_window();
  [[nodiscard]] Error because(const Error& failure) const;
  [[nodiscard]] Result<ExecEnd> ended() const;

  FrameSocket frames_;
  LocalStreams& local_;
  Setup setup_;
  std::optional<Piece> piece_;  ///< to be written by us
  std::string status_;
  bool input_open_ = false;
  bool cut_ = false;
  bool sent_since_heard_ = false;
  std::array<char, sent_payload_bytes_max - 1> block_{};
};

}  // namespace maintenance::plugin
