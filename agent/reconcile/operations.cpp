#include "agent/reconcile/operations.h"

#include "agent/policy/guards.h"
#include "agent/reconcile/ordered_note.h"
#include "agent/reconcile/parallel.h"
#include "agent/restart/restarter.h"

namespace maintenance::agent {

std::string PodOutcome::explanation() const {
  if (!failure) return {};
  return failure->message() + (aftermath.empty() ? "" : "; " + aftermath);
}

Result<void> Intent::covers(const std::set<std::string>& pods) const {
  if (!allowed) return {};
  for (const std::string& pod : pods) {
    if (allowed->contains(pod)) continue;
    return Error{ErrorKind::conflict, "pod " + pod,
                 "has come while it was looked up what you may do; repeat the request"};
  }
  return {};
}

Operations::Operations(const Parts& parts)
    : parts_(parts),
      store_(RecordStore::Parts{parts.client, parts.settings.config_map, parts.clock, parts.random,
                                parts.turn}) {}

Result<Snapshot> Operations::look_around(const kube::ConfigMap& current, Budgets budgets) {
  return look_around(current, budgets, parts_.settings.selector.text());
}

Result<Snapshot> Operations::look_around(const kube::ConfigMap& current, Budgets budgets,
                                         const std::string& selector) {
  Result<std::vector<kube::Pod>> pods{std::vector<kube::Pod>{}};
  Result<std::vector<kube::StatefulSet>> sets{std::vector<kube::StatefulSet>{}};
  Result<std::vector<kube::DisruptionBudget>> limits{std::vector<kube::DisruptionBudget>{}};
  run_parallel(budgets == Budgets::read ? 3 : 2, [&](std::size_t i) {
    if (i == 0) pods = parts_.client.list_pods(selector);
    if (i == 1) sets = parts_.client.list_stateful_sets();
    if (i == 2) limits = parts_.client.list_disruption_budgets();
  });
  if (!pods) return pods.error();
  if (!sets) return sets.error();
  if (!limits) return limits.error();
  Snapshot snapshot = empty_snapshot(parts_.settings, parse_records(current.data));
  for (kube::Pod& pod : *pods) {
    auto shared = std::make_shared<const kube::Pod>(std::move(pod));
    snapshot.pods.emplace(shared->metadata.name, shared);
  }
  for (kube::StatefulSet& set : *sets)
    snapshot.stateful_sets.emplace(set.metadata.name, std::move(set));
  for (kube::DisruptionBudget& limit : *limits)
    snapshot.budgets.emplace(limit.metadata.name, std::move(limit));
  return snapshot;
}

Result<void> Operations::add_pod(Snapshot& snapshot, const std::string& pod) {
  if (snapshot.pods.contains(pod)) return {};
  auto found = parts_.client.find_pod(pod);
  if (!found) return found.error();
  if (*found) snapshot.pods.emplace(pod, std::make_shared<const kube::Pod>(std::move(**found)));
  return {};
}

Error Operations::no_such_pod(const std::string& pod) const {
  return Error{ErrorKind::not_found, "pod " + parts_.client.namespace_name() + "/" + pod,
               "there is no such pod in this Cassandra cluster (selector " +
                   parts_.settings.selector.text() +
                   "); see them with: kubectl maintenance status"};
}

Result<std::set<std::string>> Operations::resolve(const Snapshot& snapshot,
                                                  const Target& target) const {
  if (!target.whole_dc) {
    const std::string& pod = target.name;
    const bool known = snapshot.find_pod(pod) != nullptr || snapshot.records.contains(pod) ||
                       snapshot.is_expected(pod);
    if (!known) return no_such_pod(pod);
    return std::set<std::string>{pod};
  }
  auto pods = snapshot.pods_of_dc(target.name);
  if (!pods.empty()) return pods;
  return Error{ErrorKind::not_found,
               "dc " + target.name + " in namespace " + parts_.client.namespace_name(),
               "no Cassandra pod has the label " + snapshot.dc_label + "=" + target.name +
                   "; see them with: kubectl get pods -L " + snapshot.dc_label};
}

Result<void> Operations::restart(const kube::Pod& pod) {
  return Restarter(parts_.client, parts_.clock, parts_.settings.containers).restart(pod);
}

Result<Snapshot> Operations::glance(Trust trust) {
  if (parts_.view != nullptr) {
    if (auto seen = parts_.view->snapshot(trust == Trust::always)) return std::move(*seen);
  }
  return look();
}

Result<Snapshot> Operations::look() {
  return look(parts_.settings.selector.text());
}

Result<Snapshot> Operations::look_at_dc(const std::string& dc) {
  return look(parts_.settings.selector.text() + "," + parts_.settings.dc_label + "=" + dc);
}

Result<Snapshot> Operations::look_after(const Outcome& outcome, const std::string& dc) {
  if (parts_.view != nullptr && !outcome.config_map_version.empty()) {
    auto seen = parts_.view->snapshot(true);
    if (seen && seen->config_map_version == outcome.config_map_version) return std::move(*seen);
  }
  return look_at_dc(dc);
}

Result<Snapshot> Operations::look(const std::string& selector) {
  Result<kube::ConfigMap> current{kube::ConfigMap{}};
  Result<Snapshot> around{Snapshot{}};
  constexpr std::size_t reads = 2;
  run_parallel(reads, [&](std::size_t i) {
    if (i == 0) current = store_.read();
    if (i == 1) around = look_around({}, Budgets::leave_out, selector);
  });
  if (!current) return current.error();
  if (!around) return around.error();
  around->records = parse_records(current->data);
  around->config_map_version = current->metadata.resource_version;
  around->ordered_note = ordered_note_of(*current);
  return around;
}

Result<Snapshot> Operations::look_at_pod(const std::string& pod) {
  const auto current = store_.read();
  if (!current) return current.error();
  Snapshot snapshot = empty_snapshot(parts_.settings, parse_records(current->data));
  if (auto added = add_pod(snapshot, pod); !added) return added.error();
  const kube::Pod* found = snapshot.find_pod(pod);
  if (found != nullptr && snapshot.is_selected(*found)) return snapshot;
  // Only the StatefulSets can tell whether one is on its way.
  auto sets = parts_.client.list_stateful_sets();
  if (!sets) return sets.error();
  for (kube::StatefulSet& set : *sets)
    snapshot.stateful_sets.emplace(set.metadata.name, std::move(set));
  if (!snapshot.records.contains(pod) && !snapshot.is_expected(pod)) return no_such_pod(pod);
  return snapshot;
}

}  // namespace maintenance::agent
