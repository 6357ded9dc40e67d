#include "agent/restart/restarter.h"

#include "agent/policy/plan.h"

namespace maintenance::agent {
namespace {

/// Between two looks at a pod whose eviction had an unclear outcome.
constexpr std::chrono::milliseconds look_again_after{100};

/// An eviction carries the uid, so repeating one that may have worked harms nobody.
bool may_repeat(ErrorKind kind) {
  return kind == ErrorKind::conflict || kind == ErrorKind::unknown_outcome ||
         kind == ErrorKind::unreachable || kind == ErrorKind::timeout;
}

}  // namespace

Result<void> Restarter::restart(const kube::Pod& pod) {
  std::string uid = pod.metadata.uid;
  Error last;
  for (int attempt = 0; attempt < restart_tries_max; ++attempt) {
    if (attempt > 0) clock_.sleep_for(look_again_after);
    const auto evicted = client_.evict(pod.metadata.name, uid);
    if (evicted || evicted.error().kind == ErrorKind::not_found) return {};
    last = evicted.error();
    if (!may_repeat(last.kind)) return last;
    const auto now = client_.find_pod(pod.metadata.name);
    if (!now) continue;
    const kube::Pod* found = *now ? &**now : nullptr;
    if (found == nullptr || gate_passage(found, containers_) != GatePassage::passed) return {};
    uid = found->metadata.uid;
  }
  return last;
}

}  // namespace maintenance::agent
