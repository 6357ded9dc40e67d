#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/kube/objects.h"
#include "common/maintenance/record.h"
#include "common/maintenance/report.h"
#include "common/maintenance/state.h"
#include "common/maintenance/verdict.h"

namespace maintenance::plugin {

/// A Cassandra cluster as its objects show it, for a server that tells less. A plain value.
struct RootWorld {
  std::string cluster;
  std::string namespace_name;
  std::string config_map;
  Records records;
  std::vector<kube::Pod> pods;
  /// Nothing when the caller may not see them: then no policy can be checked.
  std::optional<std::vector<kube::StatefulSet>> stateful_sets;

  [[nodiscard]] const kube::Pod* find_pod(const std::string& name) const noexcept;
  /// The pods of a datacenter, by its label.
  [[nodiscard]] std::set<std::string> pods_of_dc(const std::string& dc) const;
};

/// What can be said of one pod; nothing when there is neither pod nor record.
[[nodiscard]] std::optional<PodReport> root_pod_report(const RootWorld& world,
                                                       const std::string& pod);
[[nodiscard]] ClusterReport root_cluster_report(const RootWorld& world);

/// The part of the policy that cannot be left to people: the gate, and podManagementPolicy. Needs
/// the StatefulSets. Ends with a warning, because nothing else was looked at.
[[nodiscard]] Verdict root_verdict(const RootWorld& world, const std::set<std::string>& targets);

}  // namespace maintenance::plugin
