#pragma once

#include <chrono>

namespace maintenance {

using Deadline = std::chrono::steady_clock::time_point;

/// The time, replaceable in tests. Owned by main (or a test) and outlives its users.
/// All calls are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock, for what people read (`since`, `until`). May jump.
  [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
  /// Monotonic clock, for deadlines.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady_now() const = 0;
  /// Waits; a test's clock moves itself instead.
  virtual void sleep_for(std::chrono::milliseconds duration) = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const override;
  [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override;
  void sleep_for(std::chrono::milliseconds duration) override;
};

}  // namespace maintenance
