#pragma once

#include <chrono>
#include <mutex>
#include <vector>

#include "common/clock.h"

namespace maintenance::testing {

/// A clock that stands still until somebody sleeps on it or a test moves it. Both of its times
/// move together. The monotonic one starts at the machine's, so that a deadline computed from it
/// also means something to a real socket. Owned by a test; thread-safe.
class FakeClock final : public Clock {
 public:
  using WallTime = std::chrono::system_clock::time_point;

  /// 2026-01-01T00:00:00Z, when nothing else is asked for.
  static constexpr WallTime default_start{std::chrono::seconds(1767225600)};

  explicit FakeClock(WallTime start = default_start)
      : wall_(start), steady_(std::chrono::steady_clock::now()) {}

  [[nodiscard]] WallTime now() const override {
    const std::lock_guard lock(mutex_);
    return wall_;
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
    const std::lock_guard lock(mutex_);
    return steady_;
  }
  /// Returns at once, with the time moved.
  void sleep_for(std::chrono::milliseconds duration) override {
    const std::lock_guard lock(mutex_);
    sleeps_.push_back(duration);
    move(duration);
  }

  /// Moves the time without anybody having slept.
  void advance(std::chrono::milliseconds duration) {
    const std::lock_guard lock(mutex_);
    move(duration);
  }
  /// Moves only what people read: somebody set the machine's clock.
  void set_wall(WallTime wall) {
    const std::lock_guard lock(mutex_);
    wall_ = wall;
  }
  /// Every sleep so far, in order.
  [[nodiscard]] std::vector<std::chrono::milliseconds> sleeps() const {
    const std::lock_guard lock(mutex_);
    return sleeps_;
  }

 private:
  void move(std::chrono::milliseconds duration) {
    wall_ += duration;
    steady_ += duration;
  }

  mutable std::mutex mutex_;
  WallTime wall_;
  std::chrono::steady_clock::time_point steady_;
  std::vector<std::chrono::milliseconds> sleeps_;
};

}  // namespace maintenance::testing
