#include "plugin/commands/raised_flag.h"

#include <utility>

namespace maintenance::plugin {

RaisedFlag::RaisedFlag(std::function<void()> on_raise) : on_raise_(std::move(on_raise)) {}

bool RaisedFlag::raised() const {
  return raised_.load();
}

void RaisedFlag::forget() {
  const std::lock_guard lock(mutex_);
  raised_.store(false);
}

bool RaisedFlag::wait_for(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, duration, [this] { return raised_.load(); });
}

void RaisedFlag::raise() {
  {
    // Together: whoever forgets a signal must not meet its consequences afterwards.
    const std::lock_guard lock(mutex_);
    raised_.store(true);
    on_raise_();
  }
  changed_.notify_all();
}

}  // namespace maintenance::plugin
