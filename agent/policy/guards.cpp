#include "agent/policy/guards.h"

#include <algorithm>
#include <array>

#include "agent/policy/soft_guards.h"
#include "agent/policy/wording.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

bool is_member(const Snapshot& snapshot, const std::string& pod) {
  return snapshot.is_expected(pod) && snapshot.owner_of(pod) != nullptr;
}

/// The OrderedReady StatefulSets of these pods, each once.
std::vector<std::string> ordered_sets(const Snapshot& snapshot, const std::set<std::string>& pods) {
  std::set<std::string> names;
  for (const std::string& pod : pods) {
    const kube::StatefulSet* set = snapshot.owner_of(pod);
    if (set != nullptr && is_ordered(*set)) names.insert(set->metadata.name);
  }
  return {names.begin(), names.end()};
}

std::set<std::string> members_of(const Snapshot& snapshot, const std::set<std::string>& pods) {
  std::set<std::string> members;
  for (const std::string& pod : pods) {
    if (is_member(snapshot, pod)) members.insert(pod);
  }
  return members;
}

/// The two ways out that exist besides taking a pod out of maintenance.
constexpr const char* parallel_hint =
    "podManagementPolicy is immutable: for more than one pod at a time the StatefulSet has to be "
    "created anew with Parallel, set in cassandracluster.yaml (podManagementPolicy: Parallel).";

Finding whole_dc_finding(const std::vector<std::string>& sets, const std::string& highest_pod) {
  Finding finding;
  finding.message = "StatefulSet " + listed(sets) +
                    " has podManagementPolicy OrderedReady, which allows a single pod in "
                    "maintenance and never a whole datacenter";
  finding.blockers = sets;
  finding.remedy =
      "Ask for a single pod: kubectl maintenance enable pod " + highest_pod + ". " + parallel_hint;
  return finding;
}

Finding single_pod_finding(const std::vector<std::string>& sets,
                           const std::vector<std::string>& in_already) {
  Finding finding;
  finding.message = "StatefulSet " + listed(sets) +
                    " has podManagementPolicy OrderedReady, which allows one pod of the cluster "
                    "in maintenance at a time";
  finding.blockers = in_already.empty() ? sets : in_already;
  if (in_already.empty()) {
    finding.remedy = std::string("Ask for one pod at a time. ") + parallel_hint;
    return finding;
  }
  const bool one = in_already.size() == 1;
  finding.message += std::string(", and ") + (one ? "pod " : "pods ") + listed(in_already) +
                     (one ? " is" : " are") + " already in maintenance";
  finding.remedy = std::string("Take ") + (one ? "it" : "them") +
                   " out first: " + command_that_releases(in_already) + ". " + parallel_hint;
  return finding;
}

/// While a pod of an OrderedReady set is held, the controller neither creates nor heals any pod
/// above it: a second one that restarts may never come back. The strict reading is used: every
/// record of the cluster counts, also one whose pod is gone and one of another StatefulSet, and a
/// set is concerned when any pod of the resulting set is its own, not only a pod asked for.
std::vector<Finding> check_ordered_ready(const Snapshot& snapshot, const EnterRequest& request) {
  const std::set<std::string> targets = members_of(snapshot, request.targets);
  if (targets.empty()) return {};
  const auto sets_asked_for = ordered_sets(snapshot, targets);
  if (request.whole_dc && !sets_asked_for.empty()) {
    return {whole_dc_finding(sets_asked_for, *targets.rbegin())};
  }
  std::set<std::string> resulting = targets;
  std::vector<std::string> in_already;
  for (const auto& [pod, record] : snapshot.records) {
    resulting.insert(pod);
    if (!targets.contains(pod)) in_already.push_back(pod);
  }
  const auto sets = ordered_sets(snapshot, resulting);
  if (sets.empty() || resulting.size() <= 1) return {};
  return {single_pod_finding(sets, in_already)};
}

std::string why_not_a_member(const Snapshot& snapshot, const std::string& name) {
  const kube::Pod* pod = snapshot.find_pod(name);
  if (pod == nullptr) return "no StatefulSet of this cluster creates a pod of this name";
  if (!snapshot.is_selected(*pod)) {
    return "its labels do not match the cluster's selector " + snapshot.selector.text();
  }
  if (pod->metadata.controller_kind != "StatefulSet") return "it is not owned by a StatefulSet";
  return "its StatefulSet " + pod->metadata.controller_name + " does not exist";
}

std::vector<Finding> check_not_a_member(const Snapshot& snapshot, const EnterRequest& request) {
  std::vector<Finding> findings;
  for (const std::string& name : request.targets) {
    if (is_member(snapshot, name)) continue;
    Finding finding;
    finding.message =
        "Pod " + name + " is no pod of this Cassandra cluster: " + why_not_a_member(snapshot, name);
    finding.blockers = {name};
    finding.remedy = "See the pods that can be named: kubectl maintenance status.";
    findings.push_back(std::move(finding));
  }
  return findings;
}

bool has_gate(const kube::PodSpec& spec, const Snapshot& snapshot) {
  const auto* gate = kube::find_container(spec.init_containers, snapshot.containers.gate);
  return gate != nullptr && std::find(gate->config_maps.begin(), gate->config_maps.end(),
                                      snapshot.config_map) != gate->config_maps.end();
}

/// Without a gate the restart would be nothing but an outage: Cassandra starts again at once. Both
/// are looked at: the template, because it makes the pod that shall be held, and the pod, because
/// when only one of them has a gate a rollout is under way and either may be the outcome.
std::vector<Finding> check_no_gate(const Snapshot& snapshot, const EnterRequest& request) {
  std::vector<std::string> without;
  std::set<std::string> sets;
  for (const std::string& name : members_of(snapshot, request.targets)) {
    const kube::Pod* pod = snapshot.find_pod(name);
    const kube::StatefulSet& set = *snapshot.owner_of(name);
    const bool pod_has = pod == nullptr || has_gate(pod->spec, snapshot);
    if (pod_has && has_gate(set.pod_template, snapshot)) continue;
    without.push_back(name);
    sets.insert(set.metadata.name);
  }
  if (without.empty()) return {};
  const std::vector<std::string> set_names(sets.begin(), sets.end());
  Finding finding;
  finding.message = "Pod " + listed(without) + " has no init container " +
                    snapshot.containers.gate + " that mounts ConfigMap " + snapshot.config_map +
                    " (in the pod and in its StatefulSet " + listed(set_names) +
                    "), so a restart would not hold it";
  finding.blockers = without;
  finding.remedy =
      "Add the gate to the StatefulSet's manifest, as docs/install.md of this project shows.";
  return {finding};
}

constexpr std::array<Guard, 8> all_guards{{
    {guard_id::ordered_ready, GuardKind::hard, check_ordered_ready},
    {guard_id::not_a_member, GuardKind::hard, check_not_a_member},
    {guard_id::no_gate, GuardKind::hard, check_no_gate},
    {guard_id::last_datacenter, GuardKind::soft, check_last_datacenter},
    {guard_id::replica_down, GuardKind::soft, check_replica_down},
    {guard_id::disruption_budget, GuardKind::soft, check_disruption_budget},
    {guard_id::rollout, GuardKind::soft, check_rollout},
    {guard_id::no_drain, GuardKind::warning, check_no_drain},
}};

/// How a person says that it shall be done all the same.
std::string override_hint(std::string_view guard) {
  return "To do it all the same: --override " + std::string(guard) + ".";
}

bool may_refuse(const Guard& guard, const EnterRequest& request) {
  switch (guard.kind) {
    case GuardKind::hard:
      return true;
    case GuardKind::soft:
      return request.strict && !request.overrides.contains(std::string(guard.id));
    case GuardKind::warning:
      return false;
  }
  return true;
}

}  // namespace

std::span<const Guard> guards() noexcept {
  return all_guards;
}

Result<void> check_overrides(const std::set<std::string>& overrides) {
  std::string soft;
  for (const Guard& guard : all_guards) {
    if (guard.kind == GuardKind::soft) soft += (soft.empty() ? "" : ", ") + std::string(guard.id);
  }
  for (const std::string& name : overrides) {
    const auto* const found = std::find_if(all_guards.begin(), all_guards.end(),
                                           [&](const Guard& guard) { return guard.id == name; });
    if (found != all_guards.end() && found->kind == GuardKind::soft) continue;
    const std::string why = found == all_guards.end()           ? "there is no such guard"
                            : found->kind == GuardKind::warning ? "it only warns"
                                                                : "it cannot be overridden";
    return Error{ErrorKind::invalid, "override " + text::quoted(name),
                 why + "; guards that can be overridden: " + soft};
  }
  return {};
}

Verdict judge(const Snapshot& snapshot, const EnterRequest& request) {
  Verdict verdict;
  for (const Guard& guard : all_guards) {
    for (Finding& finding : guard.check(snapshot, request)) {
      finding.guard = guard.id;
      finding.kind = guard.kind;
      finding.refuses = may_refuse(guard, request);
      if (guard.kind == GuardKind::soft && finding.refuses) {
        finding.remedy += " " + override_hint(guard.id);
      }
      verdict.findings.push_back(std::move(finding));
    }
  }
  return verdict;
}

Finding budget_finding(const std::vector<std::string>& pods, const std::string& explanation) {
  Finding finding;
  finding.guard = guard_id::disruption_budget;
  finding.kind = GuardKind::soft;
  finding.message = "The API server refuses to evict pod " + explanation;
  finding.blockers = pods;
  finding.remedy =
      "See which budget is exhausted and which pods are not ready: kubectl get "
      "poddisruptionbudgets,pods; repeat the request when the budget allows one more. " +
      override_hint(guard_id::disruption_budget);
  return finding;
}

}  // namespace maintenance::agent
