#include "plugin/tunnel/frame.h"

#include <algorithm>

#include "plugin/tunnel/channels.h"
#include "tests/fuzz/require.h"

using namespace maintenance;

namespace {

constexpr std::uint16_t port = 8889;
/// Small, so that the limit is reached too.
constexpr std::size_t bytes_max = 4096;

struct Outcome {
  std::string data;
  std::string error_text;
  bool broken = false;

  bool operator==(const Outcome&) const = default;
};

/// What comes of a stream that arrives in pieces of this size.
Outcome read(std::string_view bytes, std::size_t piece) {
  plugin::FrameDecoder decoder(bytes_max);
  plugin::PortForwardChannels channels(port);
  Outcome out;
  while (!bytes.empty() && !out.broken) {
    const std::size_t length = std::min(piece, bytes.size());
    decoder.feed(bytes.substr(0, length));
    bytes.remove_prefix(length);
    while (true) {
      const auto message = decoder.next();
      if (!message) out.broken = true;
      if (!message || !*message) break;
      testing::require((*message)->payload.size() <= bytes_max);
      if ((*message)->opcode != plugin::Opcode::binary) continue;
      if (!channels.take((*message)->payload, out.data)) out.broken = true;
      if (out.broken) break;
    }
  }
  out.error_text = channels.error_text();
  testing::require(out.error_text.size() <= plugin::error_text_bytes_max);
  return out;
}

}  // namespace

/// A server's bytes mean the same however the network cuts them, and never more than the limits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  testing::require(read(bytes, bytes.size()) == read(bytes, 1));
  return 0;
}
