#pragma once

#include <chrono>
#include <thread>

#include "common/clock.h"
#include "common/text/timestamp.h"
#include "tests/cluster/linear/history.h"

namespace maintenance::testing {

/// The clock of one run. Its deadlines are the machine's; what people read runs 300 times as fast,
/// so that the shortest hold (10 s) ends while the run lasts; back-offs last a quarter of what they
/// ask for. Owned by a run; thread-safe.
class RunClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const override {
    return wall_epoch_ + (steady_now() - epoch_) * wall_speed;
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::now();
  }
  void sleep_for(std::chrono::milliseconds duration) override {
    std::this_thread::sleep_for(duration / sleep_divisor);
  }

  /// Moment 0 of the history.
  [[nodiscard]] std::chrono::steady_clock::time_point epoch() const noexcept { return epoch_; }
  [[nodiscard]] Moment moment() const { return microseconds(steady_now() - epoch_); }
  [[nodiscard]] Moment moment_of(text::Timestamp wall) const {
    return microseconds((wall - wall_epoch_) / wall_speed);
  }

 private:
  static constexpr int wall_speed = 300;
  static constexpr int sleep_divisor = 4;

  template <class Duration>
  static Moment microseconds(Duration duration) {
    return std::chrono::floor<std::chrono::microseconds>(duration).count();
  }

  std::chrono::steady_clock::time_point epoch_ = std::chrono::steady_clock::now();
  std::chrono::system_clock::time_point wall_epoch_ = std::chrono::system_clock::now();
};

}  // namespace maintenance::testing
