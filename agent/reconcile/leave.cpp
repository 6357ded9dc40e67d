#include "agent/reconcile/operations.h"
#include "agent/reconcile/parallel.h"
#include "agent/restart/touch.h"

namespace maintenance::agent {
namespace {

kube::DataChange removal(const std::set<std::string>& pods, const kube::ConfigMap& current) {
  kube::DataChange change;
  for (const std::string& pod : pods) {
    if (current.data.contains(pod)) change.emplace(pod, std::nullopt);
  }
  return change;
}

Outcome outcome_of(const Snapshot& snapshot, const std::set<std::string>& pods,
                   const kube::DataChange& change) {
  Outcome outcome;
  for (const std::string& pod : pods) {
    const kube::Pod* found = snapshot.find_pod(pod);
    const std::string uid = found == nullptr ? "" : found->metadata.uid;
    outcome.pods.push_back(PodOutcome{pod, uid, false, change.contains(pod), std::nullopt});
  }
  return outcome;
}

}  // namespace

Result<Outcome> Operations::leave(const Target& target, const Intent& intent) {
  return target.whole_dc ? leave_dc(target.name, intent) : leave_pod(target.name, intent);
}

/// Needs as little as possible: the ConfigMap for the wish, the pod only for the touch. Taking a
/// pod out must still work when everything else does not.
Result<Outcome> Operations::leave_pod(const std::string& pod, const Intent& intent) {
  kube::DataChange change;
  const auto written = store_.change([&](const kube::ConfigMap& current) {
    // An earlier attempt whose answer was lost may have removed it: what it did is ours too.
    auto now = removal({pod}, current);
    if (!now.empty()) change = now;
    if (intent.dry_run) now.clear();
    return Result<kube::DataChange>(std::move(now));
  });
  if (!written) return written.error();
  Snapshot snapshot = empty_snapshot(parts_.settings, parse_records(written->data));
  const auto added = add_pod(snapshot, pod);
  if (change.empty()) {
    if (!added) return added.error();
    const kube::Pod* found = snapshot.find_pod(pod);
    if (found == nullptr || !snapshot.is_selected(*found)) return no_such_pod(pod);
  }
  Outcome outcome = outcome_of(snapshot, {pod}, change);
  if (!intent.dry_run) let_through(snapshot, outcome, written->metadata.resource_version);
  if (!intent.dry_run && intent.force) push_through(snapshot, outcome);
  return outcome;
}

Result<Outcome> Operations::leave_dc(const std::string& dc, const Intent& intent) {
  Snapshot snapshot;
  std::set<std::string> targets;
  kube::DataChange change;
  const auto written =
      store_.change([&](const kube::ConfigMap& current) -> Result<kube::DataChange> {
        auto seen = look_around(current, Budgets::leave_out);
        if (!seen) return seen.error();
        snapshot = std::move(*seen);
        targets = snapshot.pods_and_records_of_dc(dc);
        if (targets.empty()) return resolve(snapshot, Target{dc, true}).error();
        if (auto covered = intent.covers(targets); !covered) return covered.error();
        auto now = removal(targets, current);
        if (!now.empty()) change = now;
        if (intent.dry_run) now.clear();
        return now;
      });
  if (!written) return written.error();
  Outcome outcome = outcome_of(snapshot, targets, change);
  outcome.config_map_version = written->metadata.resource_version;
  if (!intent.dry_run) let_through(snapshot, outcome, written->metadata.resource_version);
  if (!intent.dry_run && intent.force) push_through(snapshot, outcome);
  return outcome;
}

/// The clock decides on what is in the ConfigMap when it is written: somebody may have prolonged
/// it.
Result<Outcome> Operations::expire() {
  kube::DataChange change;
  const auto written =
      store_.change([&](const kube::ConfigMap& current) -> Result<kube::DataChange> {
        const auto now = parts_.clock.now();
        kube::DataChange gone;
        for (const auto& [pod, record] : parse_records(current.data)) {
          if (record.until && *record.until <= now) gone.emplace(pod, std::nullopt);
        }
        if (!gone.empty()) change = gone;
        return gone;
      });
  if (!written) return written.error();
  std::set<std::string> pods;
  Snapshot snapshot = empty_snapshot(parts_.settings, parse_records(written->data));
  for (const auto& [pod, value] : change) {
    pods.insert(pod);
    // A pod that cannot be read is still followed: the worker looks for itself.
    [[maybe_unused]] const auto added = add_pod(snapshot, pod);
  }
  Outcome outcome = outcome_of(snapshot, pods, change);
  let_through(snapshot, outcome, written->metadata.resource_version);
  return outcome;
}

/// Asks the kubelet to look at the ConfigMap at once, and has the worker ask again until it has.
/// Also for pods whose record was gone already: the agent may have died between the two steps.
void Operations::let_through(const Snapshot& snapshot, const Outcome& outcome,
                             const std::string& resource_version) {
  run_parallel(outcome.pods.size(), [&](std::size_t i) {
    const PodOutcome& one = outcome.pods[i];
    const kube::Pod* pod = snapshot.find_pod(one.pod);
    if (pod != nullptr && !snapshot.is_selected(*pod)) return;
    const auto passage = gate_passage(pod, snapshot.containers);
    const bool waits =
        pod != nullptr && (passage == GatePassage::at_gate || passage == GatePassage::before);
    if (waits) {
      // A failed touch is no failure of the request: the worker touches again.
      [[maybe_unused]] const auto touched =
          touch_pod(parts_.client, parts_.clock, one.pod, resource_version);
    }
    const bool gate_open = passage == GatePassage::passed;
    if (waits || (one.changed && !gate_open)) parts_.releases.follow(one.pod);
  });
}

/// A gate does not let go while a command runs beside it. Somebody has decided that the command
/// does not matter: the pod is evicted, and its successor finds no record.
void Operations::push_through(const Snapshot& snapshot, Outcome& outcome) {
  run_parallel(outcome.pods.size(), [&](std::size_t i) {
    PodOutcome& one = outcome.pods[i];
    const kube::Pod* pod = snapshot.find_pod(one.pod);
    if (pod == nullptr || !snapshot.is_selected(*pod)) return;
    if (gate_passage(pod, snapshot.containers) != GatePassage::at_gate) return;
    if (const auto restarted = restart(*pod); !restarted) {
      one.failure = restarted.error();
      one.aftermath = "its record is gone, and it starts when the command in it has ended";
    }
  });
}

}  // namespace maintenance::agent
