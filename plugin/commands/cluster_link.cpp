#include "plugin/commands/cluster_link.h"

namespace maintenance::plugin {

ClusterLink::ClusterLink(LoadedAccess loaded, const ConnectionOptions& options,
                         std::string first_pod, const Clock& clock, Trace& trace)
    : api_(std::move(loaded), watchdog_, trace),
      client_(api_, clock, api_.namespace_name(), options.request_timeout),
      explainer_(api_, client_),
      finder_(client_, AgentWanted{options.instance, std::move(first_pod)}),
      tunnel_(api_, explainer_, random_, trace),
      proxy_(api_, explainer_, trace),
      agent_(AgentClient::Parts{finder_, tunnel_, proxy_, explainer_, trace, options.way}),
      way_(options.way) {}

Result<void> ClusterLink::prepare() {
  const auto found = finder_.find();
  if (!found) return explainer_.explain(found.error(), way_);
  return {};
}

std::string ClusterLink::user_name() {
  // Servers before 1.28 cannot say it, and a person must not be stopped by that.
  const auto name = client_.user_name();
  return name ? *name : std::string();
}

}  // namespace maintenance::plugin
