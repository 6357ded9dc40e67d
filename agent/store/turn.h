#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace maintenance::agent {

/// Lets this process's writers of one object go one after the other. It is no lock that safety
/// depends on (the conditional write is); it only keeps many requests at once from beating each
/// other to it over and over. Waiting is bounded, so a slow API server blocks nobody for ever.
/// Owned by the Api; thread-safe.
class Turn {
 public:
  /// Held while it lives; `taken()` is false when the wait was in vain.
  class Holder {
   public:
    Holder(Turn& turn, std::chrono::milliseconds wait_max) : turn_(turn) {
      std::unique_lock lock(turn_.mutex_);
      taken_ = turn_.freed_.wait_for(lock, wait_max, [&] { return !turn_.busy_; });
      if (taken_) turn_.busy_ = true;
    }
    ~Holder() {
      if (!taken_) return;
      {
        const std::lock_guard lock(turn_.mutex_);
        turn_.busy_ = false;
      }
      turn_.freed_.notify_one();
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    [[nodiscard]] bool taken() const noexcept { return taken_; }

   private:
    Turn& turn_;
    bool taken_ = false;
  };

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  bool busy_ = false;
};

}  // namespace maintenance::agent
