#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

namespace maintenance::plugin {

/// Longest text of the error channel that we keep; the rest cannot make a sentence clearer.
inline constexpr std::size_t error_text_bytes_max = 4096;

/// The two channels of one forwarded port in v4.channel.k8s.io: 0 carries data both ways, 1 carries
/// a text when the forward fails. Each starts with the port as two little-endian bytes, which is
/// part of the channel's stream and not of any message.
/// A plain state machine; not thread-safe.
class PortForwardChannels {
 public:
  explicit PortForwardChannels(std::uint16_t port) : port_(port) {}

  /// Takes one message of the server and appends what it has for the data channel to `data`.
  /// Fails with `protocol` for other channels and for a prefix that is not our port.
  [[nodiscard]] Result<void> take(std::string_view message, std::string& data);

  /// What the error channel said so far; empty when all is well.
  [[nodiscard]] const std::string& error_text() const noexcept { return error_text_; }

  /// A message for the data channel.
  [[nodiscard]] static std::string wrap(std::string_view data);

 private:
  [[nodiscard]] Result<std::string_view> strip_prefix(std::size_t& seen, std::string_view bytes,
                                                      std::uint32_t& value) const;

  std::uint16_t port_;
  std::size_t data_prefix_seen_ = 0;
  std::size_t error_prefix_seen_ = 0;
  std::uint32_t data_prefix_ = 0;
  std::uint32_t error_prefix_ = 0;
  std::string error_text_;
};

}  // namespace maintenance::plugin
