#pragma once

#include <Poco/Net/StreamSocket.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/http/connection.h"
#include "plugin/tunnel/channels.h"
#include "plugin/tunnel/frame_socket.h"
#include "plugin/tunnel/random_source.h"

namespace maintenance::plugin {

/// The protocol cannot tell the pod that our side has ended. An answer that is not there by then
/// does not come.
inline constexpr std::chrono::milliseconds wait_after_local_end{std::chrono::seconds(30)};

/// Carries the bytes of one local connection to a port of a pod and back, until one side ends.
/// Holds at most one message of each direction. Owned by one thread; a Watchdog::Guard on the
/// tunnel's socket must outlive it.
class Forwarding {
 public:
  Forwarding(http::Upgraded& tunnel, RandomSource& random, Poco::Net::StreamSocket local,
             std::uint16_t port);

  /// Fails with `unreachable` or `protocol` when the tunnel broke.
  [[nodiscard]] Result<void> run();
  /// What the container runtime said on the error channel, or an empty text.
  [[nodiscard]] const std::string& error_text() const noexcept { return channels_.error_text(); }

 private:
  [[nodiscard]] Result<void> turn();
  [[nodiscard]] Result<void> take_messages();
  void read_local();
  void write_local();
  [[nodiscard]] bool done() const;

  FrameSocket frames_;
  Poco::Net::StreamSocket local_;
  PortForwardChannels channels_;
  std::string pending_;  ///< for the local side
  std::optional<Deadline> local_ended_;
  bool broken_ = false;  ///< the local side takes nothing any more
  std::array<char, sent_payload_bytes_max - 1> block_{};
};

}  // namespace maintenance::plugin
