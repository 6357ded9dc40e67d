#pragma once

#include <set>
#include <string>

#include "agent/policy/snapshot.h"
#include "common/maintenance/verdict.h"

namespace maintenance::agent {

/// Where a pod is on its way from its creation to Cassandra, as far as the gate is concerned.
enum class GatePassage {
  before,     ///< no pod, or one that has still to come to its gate
  at_gate,    ///< the gate is running
  passed,     ///< only a restart brings it to the gate again
  going_away  ///< terminating or ended: its successor will come to the gate
};
[[nodiscard]] GatePassage gate_passage(const kube::Pod* pod, const ContainerNames& containers);

/// What has to be done so that the targets are in maintenance. A plain value.
struct EnterPlan {
  Verdict verdict;                 ///< when it refuses, the sets below are empty
  std::set<std::string> recorded;  ///< get a record, or have got it from this same request before
  std::set<std::string> restart;   ///< must be restarted, newly recorded or drifted
};

/// `id` is the id of the records that this request writes: a record with it is this request's own,
/// written by an attempt whose answer was lost. Pods that are recorded and on their way need
/// nothing and are not judged. Pure.
[[nodiscard]] EnterPlan plan_enter(const Snapshot& snapshot, const EnterRequest& request,
                                   const std::string& id);

}  // namespace maintenance::agent
