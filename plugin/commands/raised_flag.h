#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace maintenance::plugin {

/// What an interrupt leaves behind until it is forgotten, the same on all systems. Owned by the
/// process's Interrupts; raise() comes from a thread of its own, the rest from the command's.
class RaisedFlag {
 public:
  /// `on_raise` makes blocked calls return.
  explicit RaisedFlag(std::function<void()> on_raise);

  [[nodiscard]] bool raised() const;
  void forget();
  [[nodiscard]] bool wait_for(std::chrono::milliseconds duration);
  void raise();

 private:
  std::function<void()> on_raise_;
  std::atomic<bool> raised_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace maintenance::plugin
