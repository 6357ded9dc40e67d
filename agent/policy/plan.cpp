#include "agent/policy/plan.h"

#include "agent/policy/guards.h"

namespace maintenance::agent {

GatePassage gate_passage(const kube::Pod* pod, const ContainerNames& containers) {
  if (pod == nullptr) return GatePassage::before;
  // A pod that has ended is deleted and made anew by the controller. Evicting it would force its
  // grace period to zero, which is wrong when only its node is out of reach.
  const bool ended = pod->phase == "Failed" || pod->phase == "Succeeded";
  if (pod->metadata.terminating || ended) return GatePassage::going_away;
  const auto* gate = kube::find_status(pod->init_containers, containers.gate);
  if (gate != nullptr && gate->running) return GatePassage::at_gate;
  const auto* cassandra = kube::find_status(pod->containers, containers.cassandra);
  if (cassandra != nullptr && (cassandra->running || cassandra->terminated)) {
    return GatePassage::passed;
  }
  // Crash loops and slow image pulls: Cassandra does not run, yet nothing holds it any more.
  const bool gate_done = gate != nullptr && gate->terminated && gate->exit_code == 0;
  return gate_done || pod->phase == "Running" ? GatePassage::passed : GatePassage::before;
}

EnterPlan plan_enter(const Snapshot& snapshot, const EnterRequest& request, const std::string& id) {
  EnterPlan plan;
  EnterRequest acting = request;
  acting.targets.clear();
  for (const std::string& name : request.targets) {
    const auto record = snapshot.records.find(name);
    const bool in_already = record != snapshot.records.end() && record->second.id != id;
    const bool passed =
        gate_passage(snapshot.find_pod(name), snapshot.containers) == GatePassage::passed;
    if (!in_already) plan.recorded.insert(name);
    if (passed) plan.restart.insert(name);
    if (!in_already || passed) acting.targets.insert(name);
  }
  if (acting.targets.empty()) return plan;
  plan.verdict = judge(snapshot, acting);
  if (plan.verdict.refuses()) {
    plan.recorded.clear();
    plan.restart.clear();
  }
  return plan;
}

}  // namespace maintenance::agent
