#include "plugin/discovery/agent_finder.h"

#include <algorithm>

#include "common/text/printable.h"

namespace maintenance::plugin {

AgentFinder::AgentFinder(kube::Client& client, AgentWanted wanted)
    : client_(client), wanted_(std::move(wanted)) {}

Result<std::vector<AgentPod>> AgentFinder::list(const std::string& selector,
                                                kube::Freshness freshness) {
  std::string full = selector;
  if (!wanted_.instance.empty()) full += std::string(",") + instance_label + "=" + wanted_.instance;
  auto pods = client_.list_pods(full, freshness);
  if (!pods) return pods.error();
  has_listed_ = true;
  return agent_candidates(*pods);
}

Error AgentFinder::none() const {
  const std::string of = wanted_.instance.empty()
                             ? ""
                             : " for the Cassandra cluster " + text::quoted(wanted_.instance);
  return Error{ErrorKind::unreachable, "",
               "no maintenance agent was found in namespace " +
                   text::quoted(client_.namespace_name()) + of +
                   "; name its namespace with -n, or look for it with 'kubectl get pods -A -l " +
                   agent_selector + "'"};
}

Error AgentFinder::ambiguous(const std::vector<std::string>& instances) const {
  std::string names;
  for (const std::string& instance : instances) {
    if (!names.empty()) names += ", ";
    names += instance.empty() ? "(one without a name)" : text::printable(instance);
  }
  return Error{ErrorKind::invalid, "",
               "namespace " + text::quoted(client_.namespace_name()) +
                   " has maintenance agents of several Cassandra clusters: " + names +
                   "; name one with --instance"};
}

Result<std::string> AgentFinder::instance_of(const std::vector<AgentPod>& candidates) {
  const std::vector<std::string> instances = agent_instances(candidates);
  if (instances.size() == 1) return instances.front();
  if (wanted_.first_pod.empty()) return ambiguous(instances);
  const auto pod = client_.find_pod(wanted_.first_pod);
  if (!pod) return pod.error();
  // A pod that is gone says nothing any more; then the person has to.
  if (!*pod) return ambiguous(instances);
  const auto label = (*pod)->metadata.labels.find(instance_label);
  if (label == (*pod)->metadata.labels.end()) return ambiguous(instances);
  return label->second;
}

Result<std::vector<AgentPod>> AgentFinder::candidates(kube::Freshness freshness) {
  auto found = list(agent_selector, freshness);
  if (found && found->empty()) found = list(prober_selector, freshness);
  return found;
}

Result<AgentPod> AgentFinder::choose(const std::vector<AgentPod>& candidates) {
  if (candidates.empty()) return none();
  const auto instance = instance_of(candidates);
  if (!instance) return instance.error();
  return choose_agent(candidates, *instance);
}

/// A list that may be old saves the API server a round of its own and does no harm: a pod that is
/// not there any more cannot be reached, and nobody is told "none" because of it.
Result<AgentPod> AgentFinder::find() {
  if (found_) return *found_;
  if (!wary_) {
    const auto perhaps_old = candidates(kube::Freshness::may_be_old);
    if (!perhaps_old) return perhaps_old.error();
    auto chosen = choose(*perhaps_old);
    if (chosen) found_ = *chosen;
    if (chosen || chosen.error().kind != ErrorKind::unreachable) return chosen;
  }
  const auto current = candidates(kube::Freshness::current);
  if (!current) return current.error();
  auto chosen = choose(*current);
  if (chosen) found_ = *chosen;
  return chosen;
}

}  // namespace maintenance::plugin
