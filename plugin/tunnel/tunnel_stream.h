#pragma once

#include <array>
#include <memory>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/http/connection.h"
#include "plugin/tunnel/channels.h"
#include "plugin/tunnel/frame.h"
#include "plugin/tunnel/random_source.h"

namespace maintenance::plugin {

/// The byte stream to one port of a pod, over an upgraded connection. Reading blocks until data
/// comes, the tunnel ends, or the deadline passes; afterwards end() says why there is no more.
/// Answers pings. There is no half-close in this protocol: the stream stays open until it is
/// destroyed, which sends a normal close and drops the connection without waiting for the answer.
/// Owned by one exchange and one thread. A Watchdog::Guard on the socket must outlive it.
class TunnelStream final : public std::streambuf {
 public:
  TunnelStream(http::Upgraded& upgraded, std::uint16_t port, RandomSource& random,
               Deadline deadline);
  ~TunnelStream() override;
  TunnelStream(const TunnelStream&) = delete;
  TunnelStream& operator=(const TunnelStream&) = delete;

  /// Sends bytes to the pod. Fails with `unreachable` when the connection is gone.
  [[nodiscard]] Result<void> send(std::string_view bytes);

  /// Why reading ended; nothing while it may go on. `timeout`, `unreachable` (closed or cut) or
  /// `protocol`.
  [[nodiscard]] const std::optional<Error>& end() const noexcept { return end_; }
  /// What the container runtime said on the error channel, or an empty text.
  [[nodiscard]] const std::string& error_text() const noexcept { return channels_.error_text(); }
  /// True once a byte of the pod's own data has come.
  [[nodiscard]] bool received_data() const noexcept { return received_data_; }

 protected:
  int_type underflow() override;

 private:
  void finish(ErrorKind kind, const std::string& cause);
  bool read_more();
  bool take_messages();
  void take(const Message& message);
  void send_frame(Opcode opcode, std::string_view payload);

  http::Upgraded& upgraded_;
  RandomSource& random_;
  Deadline deadline_;
  FrameDecoder decoder_;
  PortForwardChannels channels_;
  std::string data_;  ///< the get area
  std::array<char, 16 * 1024> block_{};
  std::optional<Error> end_;
  bool received_data_ = false;
};

}  // namespace maintenance::plugin
