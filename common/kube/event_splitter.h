#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace maintenance::kube {

/// Largest event we take: etcd keeps objects below 1.5 MiB, and JSON adds its quotes.
inline constexpr std::size_t event_bytes_max = 4UL * 1024 * 1024;

/// Cuts the bytes of a watch into its events, one JSON object each. They come in pieces of any
/// size, and nothing promises a line end between two of them, so brackets are counted. A plain
/// value; used by one thread.
class EventSplitter {
 public:
  explicit EventSplitter(std::size_t bytes_max = event_bytes_max) : bytes_max_(bytes_max) {}

  /// The objects that `bytes` completes, in order. Fails with `protocol` (something else than
  /// objects) or `too_large`; after that the watch has to begin anew.
  [[nodiscard]] Result<std::vector<std::string>> feed(std::string_view bytes);
  /// True when an object has begun and not ended: a stream that ends now was cut.
  [[nodiscard]] bool is_inside() const noexcept { return depth_ != 0; }

 private:
  [[nodiscard]] bool take(char c);

  std::size_t bytes_max_;
  std::string event_;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace maintenance::kube
