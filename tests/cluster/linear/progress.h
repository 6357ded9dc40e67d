#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace maintenance::testing {

/// How many operations have been answered. What goes on beside them keeps pace with it, not with
/// the clock: on a busy machine a run takes longer, and stays the same. Owned by a run;
/// thread-safe.
class Progress {
 public:
  void advance() {
    {
      const std::lock_guard lock(mutex_);
      ++answered_;
    }
    changed_.notify_all();
  }
  /// Returns when `steps` more operations have been answered, or at the end.
  void wait(int steps, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this, until = answered_ + steps] { return answered_ >= until; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  int answered_ = 0;
};

}  // namespace maintenance::testing
