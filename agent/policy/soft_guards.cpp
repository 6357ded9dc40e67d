#include "agent/policy/soft_guards.h"

#include <algorithm>

#include "agent/policy/wording.h"

namespace maintenance::agent {
namespace {

bool is_ready(const kube::Pod& pod) {
  return pod.ready && !pod.metadata.terminating;
}

/// Serving, or about to: neither wished out of the ring nor down.
bool is_up(const Snapshot& snapshot, const std::string& name) {
  const kube::Pod* pod = snapshot.find_pod(name);
  return pod != nullptr && is_ready(*pod) && !snapshot.records.contains(name);
}

std::string verb(std::size_t count) {
  return count == 1 ? " is " : " are ";
}

Finding rollout_finding(const kube::StatefulSet& set) {
  Finding finding;
  const std::string& name = set.metadata.name;
  finding.message = "StatefulSet " + name + " is in the middle of a rollout";
  finding.blockers = {name};
  finding.remedy = "Wait until it is done: kubectl rollout status statefulset " + name + ".";
  return finding;
}

bool is_rolling(const kube::StatefulSet& set) {
  return set.observed_generation < set.metadata.generation ||
         set.current_revision != set.update_revision;
}

Finding two_budgets_finding(const std::string& pod, const std::vector<std::string>& budgets) {
  Finding finding;
  finding.message = "Pod " + pod + " is covered by more than one PodDisruptionBudget (" +
                    listed(budgets) + "); Kubernetes evicts no such pod";
  finding.blockers = budgets;
  finding.remedy =
      "Change the selectors so that one budget covers it: kubectl get poddisruptionbudgets.";
  return finding;
}

Finding exhausted_finding(const kube::DisruptionBudget& budget,
                          const std::vector<std::string>& pods) {
  Finding finding;
  const std::string& name = budget.metadata.name;
  finding.message =
      "PodDisruptionBudget " + name + " allows " + std::to_string(budget.disruptions_allowed) +
      " disruptions now, and this needs " + std::to_string(pods.size()) + " (" + listed(pods) + ")";
  finding.blockers = {name};
  finding.remedy = "See which pods are not ready: kubectl get poddisruptionbudget " + name +
                   "; kubectl get "
                   "pods. Repeat the request when the budget allows it.";
  return finding;
}

}  // namespace

std::vector<Finding> check_last_datacenter(const Snapshot& snapshot, const EnterRequest& request) {
  bool takes_one = false;
  for (const auto& [name, pod] : snapshot.pods) {
    if (!snapshot.is_selected(*pod)) continue;
    const bool target = request.targets.contains(name);
    // What is down already cannot be taken away; what is recorded is on its way down.
    if (!target && is_up(snapshot, name)) return {};
    takes_one = takes_one || (target && is_ready(*pod));
  }
  if (!takes_one) return {};
  Finding finding;
  finding.message =
      "No Ready replica would be left in the whole Cassandra cluster: nobody could "
      "read or write";
  finding.blockers = {request.targets.begin(), request.targets.end()};
  finding.remedy = "See which replicas are down: kubectl maintenance status.";
  return {finding};
}

std::vector<Finding> check_replica_down(const Snapshot& snapshot, const EnterRequest& request) {
  if (request.whole_dc) return {};
  std::set<std::string> dcs;
  for (const std::string& target : request.targets) {
    const std::string dc = snapshot.is_expected(target) ? snapshot.dc_of(target) : std::string();
    if (!dc.empty()) dcs.insert(dc);
  }
  std::vector<Finding> findings;
  for (const std::string& dc : dcs) {
    std::vector<std::string> down;
    std::size_t replicas = 0;
    std::size_t out = 0;
    for (const std::string& pod : snapshot.pods_of_dc(dc)) {
      ++replicas;
      const bool target = request.targets.contains(pod);
      const bool up = is_up(snapshot, pod);
      if (target || !up) ++out;
      if (!target && !up) down.push_back(pod);
    }
    if (down.empty()) continue;
    Finding finding;
    finding.message = "Pod " + listed(down) + verb(down.size()) +
                      "not Ready or in maintenance: " + std::to_string(out) + " of " +
                      std::to_string(replicas) + " replicas of " + dc +
                      " would be out, quorum is at risk";
    finding.blockers = down;
    finding.remedy = "Bring " + std::string(down.size() == 1 ? "it" : "them") +
                     " back first: kubectl maintenance status.";
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// Only Ready pods count: a budget protects what is healthy, and whether the API server lets one
/// go that is not is its own decision.
std::vector<Finding> check_disruption_budget(const Snapshot& snapshot,
                                             const EnterRequest& request) {
  std::vector<Finding> findings;
  std::map<std::string, std::vector<std::string>> needed;
  for (const std::string& target : request.targets) {
    const kube::Pod* pod = snapshot.find_pod(target);
    if (pod == nullptr || !snapshot.is_selected(*pod) || !is_ready(*pod)) continue;
    std::vector<std::string> covering;
    for (const auto& [name, budget] : snapshot.budgets) {
      if (budget.covers(pod->metadata.labels)) covering.push_back(name);
    }
    if (covering.size() > 1) findings.push_back(two_budgets_finding(target, covering));
    if (covering.size() == 1) needed[covering.front()].push_back(target);
  }
  for (const auto& [name, pods] : needed) {
    const kube::DisruptionBudget& budget = snapshot.budgets.at(name);
    if (static_cast<std::int64_t>(pods.size()) > budget.disruptions_allowed) {
      findings.push_back(exhausted_finding(budget, pods));
    }
  }
  return findings;
}

std::vector<Finding> check_rollout(const Snapshot& snapshot, const EnterRequest& request) {
  std::set<std::string> seen;
  std::vector<Finding> findings;
  for (const std::string& target : request.targets) {
    const kube::StatefulSet* set = snapshot.owner_of(target);
    if (set == nullptr || !is_rolling(*set)) continue;
    if (seen.insert(set->metadata.name).second) findings.push_back(rollout_finding(*set));
  }
  return findings;
}

std::vector<Finding> check_no_drain(const Snapshot& snapshot, const EnterRequest& request) {
  std::vector<std::string> without;
  for (const std::string& target : request.targets) {
    const kube::Pod* pod = snapshot.find_pod(target);
    if (pod == nullptr || !snapshot.is_expected(target)) continue;
    const auto* cassandra =
        kube::find_container(pod->spec.containers, snapshot.containers.cassandra);
    if (cassandra != nullptr && !cassandra->has_pre_stop) without.push_back(target);
  }
  if (without.empty()) return {};
  Finding finding;
  finding.message = "Container " + snapshot.containers.cassandra + " of pod " + listed(without) +
                    " has no preStop hook: Cassandra is stopped without a drain";
  finding.blockers = without;
  finding.remedy = "Add a preStop hook that runs nodetool drain to the StatefulSet's manifest.";
  return {finding};
}

}  // namespace maintenance::agent
