#include "agent/restart/restarter.h"

#include <algorithm>

#include "agent/policy/plan.h"

namespace maintenance::agent {
namespace {

/// Between two looks at a pod whose eviction had an unclear outcome.
constexpr std::chrono::milliseconds look_again_after{100};

/// Longest wait for one eviction. Usually it takes milliseconds, but when the pod has been replaced
/// meanwhile the API server itself tries for ten seconds before it says so; a look at the pod tells
/// at once.
constexpr std::chrono::seconds eviction_time_max{3};

/// An eviction carries the uid, so repeating one that may have worked harms nobody.
bool may_repeat(ErrorKind kind) {
  return kind == ErrorKind::conflict || kind == ErrorKind::unknown_outcome ||
         kind == ErrorKind::unreachable || kind == ErrorKind::timeout;
}

}  // namespace

/// Both have the uid precondition and leave the pod its whole grace period.
Result<void> Restarter::evict(kube::Client& client, const std::string& pod,
                              const std::string& uid) {
  auto evicted = client.evict(pod, uid);
  if (evicted || past_budgets_ == PastBudgets::no) return evicted;
  if (evicted.error().kind != ErrorKind::too_many) return evicted;
  auto deleted = client.delete_pod(pod, uid);
  if (!deleted && deleted.error().kind == ErrorKind::forbidden) {
    return deleted.error().within(
        "the budget refuses, and the agent may not delete pods (apply its component "
        "allow-override-delete)");
  }
  return deleted;
}

Result<void> Restarter::restart(const kube::Pod& pod) {
  std::string uid = pod.metadata.uid;
  bool may_have_arrived = false;
  Error last;
  for (int attempt = 0; attempt < restart_tries_max; ++attempt) {
    if (attempt > 0) clock_.sleep_for(look_again_after);
    kube::Client client =
        client_.until(std::min(client_.deadline(), clock_.steady_now() + eviction_time_max));
    const auto evicted = evict(client, pod.metadata.name, uid);
    if (evicted || evicted.error().kind == ErrorKind::not_found) return {};
    last = evicted.error();
    if (!may_repeat(last.kind)) return last;
    may_have_arrived = may_have_arrived || last.kind == ErrorKind::unknown_outcome;
    const auto now = client_.find_pod(pod.metadata.name);
    if (!now) continue;
    const kube::Pod* found = *now ? &**now : nullptr;
    if (found == nullptr || gate_passage(found, containers_) != GatePassage::passed) return {};
    uid = found->metadata.uid;
    may_have_arrived = false;  // it has not, or it was for a pod that is gone
  }
  if (may_have_arrived) last.kind = ErrorKind::unknown_outcome;
  return last;
}

}  // namespace maintenance::agent
