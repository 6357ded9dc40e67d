#include "common/kube/watch_machine.h"

#include <algorithm>

namespace maintenance::kube {
namespace {

constexpr int gone = 410;
constexpr int bad_request = 400;
constexpr int unauthorized = 401;
constexpr int forbidden = 403;
/// Doubling more often would only overflow; the longest wait is reached long before.
constexpr int doublings_max = 16;

}  // namespace

WatchStep WatchMachine::next(Deadline now) const {
  if (now < wait_ends_) return WatchStep::wait;
  return resource_version_.empty() ? WatchStep::list : WatchStep::watch;
}

/// Half of the wait is random, so that the agents of many clusters do not come back together.
void WatchMachine::back_off(Deadline now, double jitter) {
  const auto doubled = timing_.wait_min * (1 << std::min(failures_, doublings_max));
  const auto wait = std::min<std::chrono::milliseconds>(doubled, timing_.wait_max);
  ++failures_;
  const auto jittered = std::chrono::duration<double, std::milli>(
      static_cast<double>(wait.count()) * (1.0 - 0.5 * std::clamp(jitter, 0.0, 1.0)));
  wait_ends_ = now + std::chrono::duration_cast<Deadline::duration>(jittered);
}

void WatchMachine::listed(const std::string& resource_version) {
  resource_version_ = resource_version;
}

void WatchMachine::list_failed(Deadline now, double jitter) {
  forget();
  back_off(now, jitter);
}

void WatchMachine::opened(Deadline now) {
  opened_ = now;
  seen_any_ = false;
}

void WatchMachine::seen(const std::string& resource_version) {
  seen_any_ = true;
  if (!resource_version.empty()) resource_version_ = resource_version;
}

/// A version that is too old is no failure of the server: the list that follows comes at once, the
/// first time. What the server does not allow, or does not understand, is asked from the beginning.
void WatchMachine::refused(int code, Deadline now, double jitter) {
  const bool from_the_beginning =
      code == gone || code == bad_request || code == unauthorized || code == forbidden;
  if (from_the_beginning) forget();
  if (code == gone && failures_ == 0) {
    ++failures_;
    return;
  }
  back_off(now, jitter);
}

void WatchMachine::broken(int code, Deadline now, double jitter) {
  forget();
  refused(code, now, jitter);
}

void WatchMachine::ended(bool in_good_order, Deadline now, double jitter) {
  const auto lived = now - opened_;
  if (lived >= timing_.healthy) failures_ = 0;
  const bool empty = lived < timing_.short_life && !seen_any_;
  if (in_good_order && !empty) return;
  // A connection that was cut after a healthy life is taken up at once, the first time.
  if (!empty && failures_ == 0) {
    ++failures_;
    return;
  }
  back_off(now, jitter);
}

}  // namespace maintenance::kube
