#pragma once

#include <vector>

#include "agent/policy/snapshot.h"
#include "common/maintenance/verdict.h"

namespace maintenance::agent {

// The guards that a person may override by naming them, and those that only warn. Each takes the
// pods that would be restarted; pods that are no members of the cluster are for `not-a-member` to
// speak of. Pure.

/// No Ready replica would be left in the whole cluster.
[[nodiscard]] std::vector<Finding> check_last_datacenter(const Snapshot& snapshot,
                                                         const EnterRequest& request);
/// Another replica of the same dc is not Ready or in maintenance.
[[nodiscard]] std::vector<Finding> check_replica_down(const Snapshot& snapshot,
                                                      const EnterRequest& request);
/// More disruptions than a budget allows, or a pod that two budgets cover.
[[nodiscard]] std::vector<Finding> check_disruption_budget(const Snapshot& snapshot,
                                                           const EnterRequest& request);
/// A StatefulSet is in the middle of a rollout.
[[nodiscard]] std::vector<Finding> check_rollout(const Snapshot& snapshot,
                                                 const EnterRequest& request);
/// Cassandra has no preStop hook, so it is stopped without a drain.
[[nodiscard]] std::vector<Finding> check_no_drain(const Snapshot& snapshot,
                                                  const EnterRequest& request);

}  // namespace maintenance::agent
