#include "plugin/tunnel/channels.h"

#include <algorithm>

#include "plugin/tunnel/frame.h"

namespace maintenance::plugin {
namespace {

constexpr char data_channel = 0;
constexpr char error_channel = 1;
constexpr std::size_t prefix_bytes = 2;

}  // namespace

std::string PortForwardChannels::wrap(std::string_view data) {
  std::string out(1, data_channel);
  out.append(data);
  return out;
}

Result<std::string_view> PortForwardChannels::strip_prefix(std::size_t& seen,
                                                           std::string_view bytes,
                                                           std::uint32_t& value) const {
  while (seen < prefix_bytes && !bytes.empty()) {
    value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes.front())) << (8 * seen);
    bytes.remove_prefix(1);
    if (++seen == prefix_bytes && value != port_) {
      return Error{ErrorKind::protocol, reading_tunnel, "it is for port " + std::to_string(value)};
    }
  }
  return bytes;
}

Result<void> PortForwardChannels::take(std::string_view message, std::string& data) {
  if (message.empty()) return {};
  const char channel = message.front();
  message.remove_prefix(1);
  if (channel == data_channel) {
    const auto rest = strip_prefix(data_prefix_seen_, message, data_prefix_);
    if (!rest) return rest.error();
    data.append(*rest);
    return {};
  }
  if (channel == error_channel) {
    const auto rest = strip_prefix(error_prefix_seen_, message, error_prefix_);
    if (!rest) return rest.error();
    error_text_.append(rest->substr(0, error_text_bytes_max - error_text_.size()));
    return {};
  }
  return Error{ErrorKind::protocol, reading_tunnel,
               "the server used channel " + std::to_string(static_cast<std::uint8_t>(channel))};
}

}  // namespace maintenance::plugin
