#include "plugin/discovery/agent_pod.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

bool runs(const AgentPod& pod) {
  return pod.phase == "Running";
}

bool is_better(const AgentPod& a, const AgentPod& b) {
  return std::make_tuple(!a.ready, !runs(a), std::cref(a.name)) <
         std::make_tuple(!b.ready, !runs(b), std::cref(b.name));
}

}  // namespace

std::vector<AgentPod> agent_candidates(const std::vector<kube::Pod>& pods) {
  std::vector<AgentPod> out;
  for (const kube::Pod& pod : pods) {
    const bool ended = pod.phase == "Succeeded" || pod.phase == "Failed";
    if (pod.metadata.terminating || ended) continue;
    const auto label = pod.metadata.labels.find(instance_label);
    const std::string instance = label == pod.metadata.labels.end() ? "" : label->second;
    out.push_back(AgentPod{pod.metadata.name, instance, pod.phase, pod.ready});
  }
  std::sort(out.begin(), out.end(), is_better);
  return out;
}

std::vector<std::string> agent_instances(const std::vector<AgentPod>& candidates) {
  std::set<std::string> names;
  for (const AgentPod& candidate : candidates)
    names.insert(candidate.instance);
  return {names.begin(), names.end()};
}

Result<AgentPod> choose_agent(const std::vector<AgentPod>& candidates,
                              const std::string& instance) {
  const auto found =
      std::find_if(candidates.begin(), candidates.end(),
                   [&](const AgentPod& candidate) { return candidate.instance == instance; });
  if (found == candidates.end()) {
    return Error{ErrorKind::unreachable, "",
                 "no maintenance agent serves the Cassandra cluster " + text::quoted(instance)};
  }
  if (!runs(*found)) {
    return Error{ErrorKind::unreachable, "",
                 "agent pod " + text::printable(found->name) + " does not run yet (it is " +
                     text::printable(found->phase) + ")"};
  }
  return *found;
}

}  // namespace maintenance::plugin
