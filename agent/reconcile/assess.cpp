#include "agent/reconcile/assess.h"

#include <algorithm>

#include "agent/policy/guards.h"
#include "agent/policy/plan.h"

namespace maintenance::agent {
namespace {

bool has_expired(const Record& record, text::Timestamp now) {
  return record.until && *record.until <= now;
}

/// Recorded pods that exist and belong to the cluster; the others are somebody else's business.
std::set<std::string> recorded_members(const Snapshot& snapshot) {
  std::set<std::string> out;
  for (const auto& [name, record] : snapshot.records) {
    if (snapshot.is_expected(name)) out.insert(name);
  }
  return out;
}

std::vector<Finding> hard_findings(const Snapshot& snapshot, const std::set<std::string>& pods) {
  if (pods.empty()) return {};
  Verdict verdict = judge(snapshot, EnterRequest{pods, false, {}, false});
  std::erase_if(verdict.findings,
                [](const Finding& finding) { return finding.kind != GuardKind::hard; });
  return verdict.findings;
}

bool speaks(const std::vector<Finding>& findings, std::string_view guard) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.guard == guard; });
}

/// The pods that hard findings are about, but for `ordered-ready`, which is about all of them.
std::set<std::string> pods_not_to_be_held(const std::vector<Finding>& findings) {
  std::set<std::string> out;
  for (const Finding& finding : findings) {
    if (finding.guard == guard_id::ordered_ready) continue;
    out.insert(finding.blockers.begin(), finding.blockers.end());
  }
  return out;
}

}  // namespace

Assessment assess(const Snapshot& snapshot, text::Timestamp now) {
  Assessment out;
  out.violation = hard_findings(snapshot, recorded_members(snapshot));
  const bool stopped = speaks(out.violation, guard_id::ordered_ready);
  // Judged once for all of them: one by one, a dc of 500 pods would keep a core busy.
  const std::set<std::string> blocked = pods_not_to_be_held(out.violation);
  for (const auto& [name, record] : snapshot.records) {
    if (has_expired(record, now)) {
      out.expired.insert(name);
      continue;
    }
    if (record.until && (!out.next_end || *record.until < *out.next_end)) {
      out.next_end = record.until;
    }
    const kube::Pod* pod = snapshot.find_pod(name);
    if (pod == nullptr && !snapshot.is_expected(name)) out.missing.insert(name);
    const bool passed = pod != nullptr && snapshot.is_selected(*pod) &&
                        gate_passage(pod, snapshot.containers) == GatePassage::passed;
    if (passed && !stopped && !blocked.contains(name)) out.drifted.insert(name);
  }
  for (const auto& [name, pod] : snapshot.pods) {
    if (snapshot.records.contains(name) || !snapshot.is_selected(*pod)) continue;
    if (gate_passage(pod.get(), snapshot.containers) == GatePassage::at_gate)
      out.leaving.insert(name);
  }
  return out;
}

}  // namespace maintenance::agent
