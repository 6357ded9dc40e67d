#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/kube/disruption_budget.h"
#include "common/kube/objects.h"
#include "common/kube/selector.h"
#include "common/maintenance/record.h"
#include "common/maintenance/state.h"

namespace maintenance::agent {

/// After how long a hold costs more than it seems. Both belong to the Cassandra cluster's settings.
struct HoldLimits {
  std::chrono::seconds hint_window{std::chrono::hours(3)};  ///< max_hint_window
  std::chrono::seconds gc_grace{std::chrono::hours(240)};   ///< gc_grace_seconds
};

/// Everything that a decision may depend on, read consistently. A plain value: the same snapshot
/// always gives the same verdict, for a dry run and for the real one.
struct Snapshot {
  /// The selected ones, and any pod asked about by name; shared with whoever has read them.
  std::map<std::string, std::shared_ptr<const kube::Pod>> pods;
  std::map<std::string, kube::StatefulSet> stateful_sets;  ///< all of the namespace
  std::map<std::string, kube::DisruptionBudget> budgets;   ///< all of the namespace
  Records records;
  std::string config_map;          ///< name of the maintenance ConfigMap
  std::string config_map_version;  ///< its resourceVersion that the records are of
  std::string ordered_note;        ///< what it says about OrderedReady sets (ordered_note.h)
  kube::LabelSelector selector;
  std::string dc_label;
  ContainerNames containers;
  HoldLimits hold_limits;

  [[nodiscard]] const kube::Pod* find_pod(const std::string& name) const;
  /// The StatefulSet that owns the pod, or, when there is no such pod at the moment, the one that
  /// would create a pod of this name. Null when there is none.
  [[nodiscard]] const kube::StatefulSet* owner_of(const std::string& pod) const;
  /// True for a pod that the cluster's labels select.
  [[nodiscard]] bool is_selected(const kube::Pod& pod) const;
  /// True for a pod of this cluster, also while it is being created anew: between its deletion and
  /// its next creation a pod does not exist and yet is wanted.
  [[nodiscard]] bool is_expected(const std::string& pod) const;
  /// The dc of a pod, existing or only expected; empty when unknown.
  [[nodiscard]] std::string dc_of(const std::string& pod) const;
  /// Every pod that a StatefulSet of this cluster wants and that is not in `pods`: of a snapshot
  /// of one dc, all pods of the others.
  [[nodiscard]] std::set<std::string> absent_pods() const;
  /// The names of this cluster's StatefulSets that have podManagementPolicy OrderedReady.
  [[nodiscard]] std::set<std::string> ordered_sets() const;
  /// Every pod whose dc is exactly `dc`, existing or expected.
  [[nodiscard]] std::set<std::string> pods_of_dc(const std::string& dc) const;
  /// The same, and those that were scaled away while they had a record, which would hold them when
  /// they come back.
  [[nodiscard]] std::set<std::string> pods_and_records_of_dc(const std::string& dc) const;
};

/// What somebody asks for: these pods into maintenance.
struct EnterRequest {
  std::set<std::string> targets;
  bool whole_dc = false;            ///< the targets are a datacenter, not one named pod
  std::set<std::string> overrides;  ///< ids of soft guards that shall only warn
  bool strict = true;               ///< soft guards refuse; otherwise all of them only warn
};

/// True for a StatefulSet whose pods come and go one at a time, in the order of their ordinals.
[[nodiscard]] bool is_ordered(const kube::StatefulSet& set);

/// "demo-cassandra-dc1-2" as a StatefulSet's name and an ordinal.
struct OrdinalName {
  std::string stateful_set;
  std::int64_t ordinal = 0;
};
[[nodiscard]] std::optional<OrdinalName> split_ordinal(const std::string& pod);

}  // namespace maintenance::agent
