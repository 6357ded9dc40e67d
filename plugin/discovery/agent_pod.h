#pragma once

#include <string>
#include <vector>

#include "common/kube/objects.h"
#include "common/result.h"

namespace maintenance::plugin {

/// Where agents are found; the reference system's Prober runs in the same pod under its own label.
inline constexpr const char* agent_selector = "app.kubernetes.io/name=maintenance-agent";
inline constexpr const char* prober_selector = "cassandra-cluster-component=prober";
/// Names the Cassandra cluster that a pod belongs to.
inline constexpr const char* instance_label = "cassandra-cluster-instance";

/// A pod in which an agent may answer. A plain value.
struct AgentPod {
  std::string name;
  std::string instance;  ///< empty when it carries no such label
  std::string phase;
  bool ready = false;
};

/// The pods that may be asked: those that are being deleted are left out. Ready ones first, then
/// running ones, then the others; by name among equals, so that the choice is always the same.
[[nodiscard]] std::vector<AgentPod> agent_candidates(const std::vector<kube::Pod>& pods);

/// The different Cassandra clusters among `candidates`, in order.
[[nodiscard]] std::vector<std::string> agent_instances(const std::vector<AgentPod>& candidates);

/// The best candidate of `instance`. Fails with `unreachable` when there is none, or none runs.
[[nodiscard]] Result<AgentPod> choose_agent(const std::vector<AgentPod>& candidates,
                                            const std::string& instance);

}  // namespace maintenance::plugin
