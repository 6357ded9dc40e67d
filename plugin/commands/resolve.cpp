#include "plugin/commands/resolve.h"

#include <algorithm>
#include <set>

#include "common/text/printable.h"
#include "plugin/commands/natural_order.h"

namespace maintenance::plugin {

Result<Targets> resolve_targets(const Targets& targets, Agent& agent, AgentLink& link) {
  if (targets.selector.empty() && !targets.all) return targets;
  std::set<std::string> labelled;
  if (!targets.selector.empty()) {
    const auto names = link.pods_matching(targets.selector);
    if (!names) return names.error();
    labelled.insert(names->begin(), names->end());
  }
  const auto status = agent.status(agent.soon());
  if (!status) return status.error();
  Targets out = targets;
  for (const PodReport& pod : status->report.pods) {
    const bool wanted = targets.all ? pod.wish == Wish::in : labelled.contains(pod.name);
    if (wanted) out.names.push_back(pod.name);
  }
  std::sort(out.names.begin(), out.names.end(), natural_less);
  if (out.names.empty() && !targets.all) {
    return Error{ErrorKind::not_found, "",
                 "no replica of Cassandra cluster " + text::quoted(status->report.cluster) +
                     " has the labels " + text::quoted(targets.selector)};
  }
  return out;
}

}  // namespace maintenance::plugin
