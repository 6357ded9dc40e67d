#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace maintenance::gate {

/// Decides whether a message about a lasting state is worth a log line: the first one at once, a
/// different one a little later, the same one now and then. Owned by its user. Not thread-safe.
class Throttle {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// A script in the container shows new process numbers each second: no line for each of them.
  static constexpr std::chrono::seconds changed_gap{10};
  /// Whoever looks into the log of a gate held for days finds the state near its end.
  static constexpr std::chrono::minutes repeated_gap{5};

  [[nodiscard]] bool due(Time now, std::string_view text) {
    if (last_ && now - *last_ < changed_gap) return false;
    if (last_ && text_ == text && now - *last_ < repeated_gap) return false;
    last_ = now;
    text_ = text;
    return true;
  }

 private:
  std::optional<Time> last_;
  std::string text_;
};

}  // namespace maintenance::gate
