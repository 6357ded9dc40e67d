#include <algorithm>

#include "agent/policy/guards.h"
#include "agent/reconcile/operations.h"
#include "agent/reconcile/parallel.h"
#include "agent/restart/restarter.h"

namespace maintenance::agent {
namespace {

/// Taking a record back is tried for this long even when the request's own time is up: an armed pod
/// that nobody knows of is worse than a late answer.
constexpr std::chrono::seconds take_back_time{5};

Record make_record(const Intent& intent, const Clock& clock) {
  Record record;
  record.id = intent.id;
  record.by = intent.by;
  record.reason = intent.reason;
  record.since = clock.now();
  return record;
}

/// A request that did nothing at all because of a budget is a refusal, not a failure.
void refuse_when_nothing_was_done(Outcome& outcome) {
  std::vector<std::string> refused;
  std::string cause;
  for (const PodOutcome& pod : outcome.pods) {
    if (!pod.failure || pod.failure->kind != ErrorKind::too_many) continue;
    if (refused.empty()) cause = pod.failure->cause;
    refused.push_back(pod.pod);
  }
  if (!refused.empty()) outcome.verdict.findings.push_back(budget_finding(refused, cause));
}

bool all_failed(const Outcome& outcome) {
  return std::all_of(outcome.pods.begin(), outcome.pods.end(),
                     [](const PodOutcome& pod) { return pod.failure.has_value(); });
}

}  // namespace

Result<Outcome> Operations::enter(const Target& target, const Intent& intent) {
  const std::string value = format_record(make_record(intent, parts_.clock));
  Snapshot snapshot;
  EnterPlan plan;
  std::set<std::string> targets;
  const auto written =
      store_.change([&](const kube::ConfigMap& current) -> Result<kube::DataChange> {
        auto seen = look_around(current);
        if (!seen) return seen.error();
        snapshot = std::move(*seen);
        if (!target.whole_dc) {
          if (auto added = add_pod(snapshot, target.name); !added) return added.error();
        }
        auto resolved = resolve(snapshot, target);
        if (!resolved) return resolved.error();
        targets = std::move(*resolved);
        plan = plan_enter(snapshot, {targets, target.whole_dc, intent.overrides}, intent.id);
        kube::DataChange change;
        for (const std::string& pod : plan.recorded)
          change.emplace(pod, value);
        return change;
      });
  if (!written) return written.error();
  if (plan.verdict.refuses()) return Outcome{plan.verdict, {}};
  Outcome outcome = follow_plan(snapshot, plan, targets, intent.id);
  if (outcome.pods.empty() || !all_failed(outcome)) return outcome;
  refuse_when_nothing_was_done(outcome);
  if (outcome.verdict.refuses()) return outcome;
  return *outcome.pods.front().failure;
}

Outcome Operations::follow_plan(const Snapshot& snapshot, const EnterPlan& plan,
                                const std::set<std::string>& targets, const std::string& id) {
  Outcome outcome{plan.verdict, {}};
  for (const std::string& pod : targets)
    outcome.pods.push_back(PodOutcome{pod, true, plan.recorded.contains(pod), std::nullopt});
  Restarter restarter(parts_.client, parts_.clock, parts_.settings.containers);
  run_parallel(outcome.pods.size(), [&](std::size_t i) {
    PodOutcome& one = outcome.pods[i];
    if (!plan.restart.contains(one.pod)) return;
    const auto restarted = restarter.restart(*snapshot.find_pod(one.pod));
    if (!restarted) one.failure = restarted.error();
  });
  take_back_failed(plan, id, outcome);
  return outcome;
}

void Operations::take_back_failed(const EnterPlan& plan, const std::string& id, Outcome& outcome) {
  std::set<std::string> ours;
  for (const PodOutcome& pod : outcome.pods) {
    if (pod.failure && plan.recorded.contains(pod.pod)) ours.insert(pod.pod);
  }
  if (ours.empty()) return;
  kube::Client client = parts_.client.until(parts_.clock.steady_now() + take_back_time);
  RecordStore store(RecordStore::Parts{client, parts_.settings.config_map, parts_.clock,
                                       parts_.random, parts_.turn});
  const auto taken_back = store.take_back(ours, id);
  for (PodOutcome& pod : outcome.pods) {
    if (!ours.contains(pod.pod)) continue;
    if (taken_back) {
      pod.in = false;
      pod.changed = false;
      pod.failure->cause += "; its record was taken back, the pod is as it was";
    } else {
      pod.failure->cause += "; its record could not be taken back (" +
                            taken_back.error().message() +
                            "), so it would be held at its next restart: kubectl maintenance "
                            "disable pod " +
                            pod.pod;
    }
  }
}

}  // namespace maintenance::agent
