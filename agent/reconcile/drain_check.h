#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "agent/observe/happening.h"
#include "agent/observe/log.h"
#include "agent/policy/snapshot.h"
#include "common/clock.h"
#include "common/kube/client.h"

namespace maintenance::agent {

/// What a held pod carries when the pod before it could not drain: the kubelet's own words. It is
/// kept at the pod, because the kubelet's Event is gone after an hour and the pod stays for days.
inline constexpr const char* drain_failed_annotation = "cassandra-maintenance/drain-failed";

/// The kubelet's reason for "the preStop hook failed or was cut".
inline constexpr const char* drain_failed_reason = "FailedPreStopHook";

/// Clocks of node and agent may differ by this much.
inline constexpr std::chrono::minutes clock_difference_max{1};
/// A record that does not say since when it holds is believed to be this young.
inline constexpr std::chrono::minutes unknown_since{15};

/// Which of `pods` had a predecessor whose preStop hook failed since they were recorded, with what
/// the kubelet said of it. Pure.
[[nodiscard]] std::map<std::string, std::string> failed_drains(
    const std::vector<kube::SeenEvent>& events, const Snapshot& snapshot,
    const std::set<std::string>& pods, text::Timestamp now);

/// Looks, once for each held pod, whether Cassandra was drained before, and marks the pod when it
/// was not. Costs one request for all pods that have become held. Borrows everything; owned and
/// used by the reconciler's thread.
class DrainCheck {
 public:
  struct Parts {
    Log& log;
    Tell tell;
  };
  explicit DrainCheck(Parts parts) : parts_(std::move(parts)) {}

  /// What cannot be found out now is tried again with the next call.
  void check(kube::Client& client, const Snapshot& snapshot, text::Timestamp now);

 private:
  [[nodiscard]] bool mark(kube::Client& client, const std::string& pod, const std::string& uid,
                          const std::string& note);

  Parts parts_;
  std::map<std::string, std::string> checked_;  ///< held pod -> its uid
};

}  // namespace maintenance::agent
