#pragma once

#include <string>
#include <vector>

namespace maintenance::testing {

/// A StatefulSet of one datacenter, as an operator would have made it.
struct SetShape {
  std::string cluster = "demo";
  std::string dc = "dc1";
  std::string policy = "Parallel";
  int replicas = 3;
  bool gate = true;  ///< has the init container `maintenance-mode` with the ConfigMap
  std::string config_map = "demo-maintenance-configmap";
  int grace_s = 30;  ///< terminationGracePeriodSeconds

  [[nodiscard]] std::string name() const { return cluster + "-cassandra-" + dc; }
  [[nodiscard]] std::string pod(int ordinal) const {
    return name() + "-" + std::to_string(ordinal);
  }
};

/// Where a pod stands.
enum class PodPhase {
  unscheduled,  ///< Pending, no node: nothing runs
  pending,      ///< on a node, nothing runs yet
  held,         ///< on a node, the gate runs
  ready         ///< Cassandra runs and is Ready
};

/// No kubelet serves it: its pods stay terminating until a test destroys them.
inline constexpr const char* absent_node = "no-such-node";

[[nodiscard]] std::string config_map_yaml(const std::string& name);
[[nodiscard]] std::string set_yaml(const SetShape& shape);
/// A pod of the set with this uid; an empty uid makes a bare pod without an owner.
[[nodiscard]] std::string pod_yaml(const SetShape& shape, int ordinal, const std::string& set_uid,
                                   PodPhase phase);
/// The merge patch of a pod's status that makes it look as in `phase`; empty: leave it alone.
[[nodiscard]] std::string pod_status_json(const SetShape& shape, PodPhase phase);

/// What the disruption controller would have computed for a budget.
struct BudgetStatus {
  int allowed = 0;
  int healthy = 3;
  int desired = 2;
  int expected = 3;
};

[[nodiscard]] std::string budget_yaml(const std::string& name, const SetShape& shape);
[[nodiscard]] std::string budget_status_json(const BudgetStatus& status);

}  // namespace maintenance::testing
