#pragma once

#include <condition_variable>
#include <mutex>

#include "common/clock.h"

namespace maintenance::agent {

/// Wakes one waiting thread: something may have changed. Rings that come while nobody waits count
/// as one. Owned by main (or a test) and outlives both sides; thread-safe.
class Doorbell {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    changed_.notify_all();
  }
  /// From now on nobody waits.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }
  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  /// Returns when it has been rung since the last wait, at `until`, or when it is closed.
  void wait_until(Deadline until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return rung_ || closed_; });
    rung_ = false;
  }
  /// Returns at `until` or when it is closed, however often it is rung.
  void rest_until(Deadline until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return closed_; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
  bool closed_ = false;
};

}  // namespace maintenance::agent
