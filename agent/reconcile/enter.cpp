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
  record.verified = intent.verified;
  record.reason = intent.reason;
  record.since = clock.now();
  record.until = intent.until;
  return record;
}

bool all_failed(const Outcome& outcome) {
  return !outcome.pods.empty() &&
         std::all_of(outcome.pods.begin(), outcome.pods.end(),
                     [](const PodOutcome& pod) { return pod.failure.has_value(); });
}

bool all_for_budgets(const Outcome& outcome) {
  return std::all_of(outcome.pods.begin(), outcome.pods.end(), [](const PodOutcome& pod) {
    return pod.failure->kind == ErrorKind::too_many;
  });
}

bool fared_alike(const PodOutcome& a, const PodOutcome& b) {
  return !a.armed && !b.armed && a.failure->cause == b.failure->cause && a.aftermath == b.aftermath;
}

/// What happened to these pods. One sentence when it was the same for all; otherwise, and whenever
/// a record stays behind, one for each, because somebody has to do something about it.
std::string explain(const std::vector<PodOutcome>& pods) {
  const bool alike = std::all_of(pods.begin(), pods.end(), [&](const PodOutcome& pod) {
    return fared_alike(pods.front(), pod);
  });
  std::string names;
  std::string each;
  for (const PodOutcome& pod : pods) {
    const std::string text = pod.failure->cause + "; " + pod.aftermath;
    names += (names.empty() ? "" : ", ") + pod.pod;
    each += (each.empty() ? "" : ". ") + pod.pod + ": " + text;
    if (&pod == &pods.back() && alike) return names + ": " + text;
  }
  return each;
}

/// The answer to a request of which nothing worked: a budget's no is a refusal, anything else an
/// error, and what cannot be known counts more than what is known to have failed.
Result<Outcome> failed(const Outcome& outcome) {
  const std::string text = explain(outcome.pods);
  if (all_for_budgets(outcome)) {
    Outcome refused = outcome;
    std::vector<std::string> names;
    for (const PodOutcome& pod : outcome.pods)
      names.push_back(pod.pod);
    refused.verdict.findings.push_back(budget_finding(names, text));
    return refused;
  }
  ErrorKind kind = ErrorKind::too_many;
  for (const PodOutcome& pod : outcome.pods) {
    const ErrorKind one = pod.failure->kind;
    if (one == ErrorKind::unknown_outcome || kind == ErrorKind::too_many) kind = one;
  }
  return Error{kind, "", "restarting pod " + text};
}

std::string uid_of(const Snapshot& snapshot, const std::string& pod) {
  const kube::Pod* found = snapshot.find_pod(pod);
  return found == nullptr ? "" : found->metadata.uid;
}

Outcome plan_outcome(const Snapshot& snapshot, const EnterPlan& plan,
                     const std::set<std::string>& targets) {
  Outcome outcome{plan.verdict, {}};
  for (const std::string& pod : targets) {
    const bool changed = plan.recorded.contains(pod);
    outcome.pods.push_back(PodOutcome{pod, uid_of(snapshot, pod), true, changed, std::nullopt});
  }
  return outcome;
}

}  // namespace

Result<Outcome> Operations::enter(const Target& target, const Intent& intent) {
  const std::string value = format_record(make_record(intent, parts_.clock));
  Snapshot snapshot;
  EnterPlan plan;
  std::set<std::string> targets;
  const auto written =
      store_.change([&](const kube::ConfigMap& current) -> Result<kube::DataChange> {
        auto seen = look_around(current, Budgets::read);
        if (!seen) return seen.error();
        snapshot = std::move(*seen);
        if (!target.whole_dc) {
          if (auto added = add_pod(snapshot, target.name); !added) return added.error();
        }
        auto resolved = resolve(snapshot, target);
        if (!resolved) return resolved.error();
        targets = std::move(*resolved);
        if (auto covered = intent.covers(targets); !covered) return covered.error();
        plan = plan_enter(snapshot, {targets, target.whole_dc, intent.overrides, intent.strict},
                          intent.id);
        kube::DataChange change;
        if (intent.dry_run) return change;
        for (const std::string& pod : plan.recorded)
          change.emplace(pod, value);
        return change;
      });
  if (!written) return written.error();
  if (plan.verdict.refuses()) return Outcome{plan.verdict, {}, uid_of(snapshot, target.name)};
  if (intent.dry_run) return plan_outcome(snapshot, plan, targets);
  Outcome outcome = follow_plan(snapshot, plan, targets, intent);
  outcome.config_map_version = written->metadata.resource_version;
  if (all_failed(outcome)) return failed(outcome);
  return outcome;
}

Outcome Operations::follow_plan(const Snapshot& snapshot, const EnterPlan& plan,
                                const std::set<std::string>& targets, const Intent& intent) {
  Outcome outcome = plan_outcome(snapshot, plan, targets);
  const bool past_budgets = intent.overrides.contains(std::string(guard_id::disruption_budget));
  Restarter restarter(parts_.client, parts_.clock, parts_.settings.containers,
                      past_budgets ? PastBudgets::yes : PastBudgets::no);
  run_parallel(outcome.pods.size(), [&](std::size_t i) {
    PodOutcome& one = outcome.pods[i];
    if (!plan.restart.contains(one.pod)) return;
    const auto restarted = restarter.restart(*snapshot.find_pod(one.pod));
    if (!restarted) one.failure = restarted.error();
  });
  take_back_failed(plan, intent.id, outcome);
  return outcome;
}

Result<void> Operations::take_back(const std::set<std::string>& pods, const std::string& id) {
  if (pods.empty()) return {};
  kube::Client client = parts_.client.until(parts_.clock.steady_now() + take_back_time);
  RecordStore store(RecordStore::Parts{client, parts_.settings.config_map, parts_.clock,
                                       parts_.random, parts_.turn});
  return store.take_back(pods, id);
}

void Operations::take_back_failed(const EnterPlan& plan, const std::string& id, Outcome& outcome) {
  std::set<std::string> ours;
  for (const PodOutcome& pod : outcome.pods) {
    if (pod.failure && plan.recorded.contains(pod.pod)) ours.insert(pod.pod);
  }
  const auto taken_back = take_back(ours, id);
  for (PodOutcome& pod : outcome.pods) {
    if (!pod.failure) continue;
    const bool unknown = pod.failure->kind == ErrorKind::unknown_outcome;
    pod.armed = !ours.contains(pod.pod) || !taken_back;
    if (!pod.armed) {
      pod.in = false;
      pod.changed = false;
      pod.aftermath = unknown ? "its record was taken back; whether it restarts is not known"
                              : "its record was taken back, the pod is as it was";
      continue;
    }
    pod.aftermath = ours.contains(pod.pod) ? "its record could not be taken back (" +
                                                 taken_back.error().message() + ")"
                                           : "the record that it had before stays";
    pod.aftermath +=
        ", so it would be held at its next restart: repeat the request, or kubectl "
        "maintenance disable pod " +
        pod.pod;
  }
}

}  // namespace maintenance::agent
