#pragma once

#include <chrono>
#include <string>

#include "common/clock.h"
#include "common/result.h"

namespace maintenance::kube {

/// How patiently a watch is taken up again.
struct WatchTiming {
  /// What we ask the server for; it ends the watch in good order then.
  std::chrono::seconds asked{290};
  /// A watch that lives this much longer than asked for is dead at the other end.
  std::chrono::seconds grace{5};
  std::chrono::milliseconds wait_min{800};
  std::chrono::milliseconds wait_max{30'000};
  /// A watch that has lived this long was healthy: the next failure is a first one again.
  std::chrono::seconds healthy{120};
  /// A watch that ends sooner, without a single event, counts as a failure.
  std::chrono::seconds short_life{1};
};

/// What to do next to follow one collection of objects.
enum class WatchStep {
  list,   ///< read everything, consistently
  watch,  ///< ask for what has changed since resource_version()
  wait,   ///< until wait_ends(), then ask next() again
};

/// What somebody who follows a collection has to do, as an explicit machine without input and
/// output: list, watch from the list's resourceVersion, watch again from the last event's when a
/// watch ends, list again when the server no longer knows that version (410), wait longer after
/// each failure. A plain value; used by one thread.
class WatchMachine {
 public:
  explicit WatchMachine(WatchTiming timing = {}) : timing_(timing) {}

  [[nodiscard]] WatchStep next(Deadline now) const;
  [[nodiscard]] Deadline wait_ends() const noexcept { return wait_ends_; }
  [[nodiscard]] const std::string& resource_version() const noexcept { return resource_version_; }

  /// `jitter` is a random number from 0 to 1, here and below.
  void listed(const std::string& resource_version);
  void list_failed(Deadline now, double jitter);
  /// The server let us watch.
  void opened(Deadline now);
  /// An event or a bookmark with this resourceVersion came.
  void seen(const std::string& resource_version);
  /// The server refused, or could not be reached: its HTTP code, or 0.
  void refused(int code, Deadline now, double jitter);
  /// An ERROR event with this code came, or bytes that are no events (code 0).
  void broken(int code, Deadline now, double jitter);
  /// The watch is over, in good order or cut.
  void ended(bool in_good_order, Deadline now, double jitter);

 private:
  void back_off(Deadline now, double jitter);
  void forget() { resource_version_.clear(); }

  WatchTiming timing_;
  std::string resource_version_;  ///< empty: has to be listed
  Deadline wait_ends_ = Deadline::min();
  Deadline opened_ = Deadline::min();
  int failures_ = 0;
  bool seen_any_ = false;
};

}  // namespace maintenance::kube
