#include "plugin/commands/cluster_link.h"

#include "plugin/tunnel/explain.h"

namespace maintenance::plugin {

ClusterLink::ClusterLink(LoadedAccess loaded, const ConnectionOptions& options,
                         std::string first_pod, const Clock& clock, Trace& trace)
    : api_(std::move(loaded), watchdog_, trace),
      client_(api_, clock, api_.namespace_name(), options.request_timeout),
      finder_(client_, AgentWanted{options.instance, std::move(first_pod)}),
      agent_(api_, finder_, random_, trace) {}

Result<void> ClusterLink::prepare() {
  const auto found = finder_.find();
  if (!found) return explain(found.error(), api_);
  return {};
}

std::string ClusterLink::user_name() {
  // Servers before 1.28 cannot say it, and a person must not be stopped by that.
  const auto name = client_.user_name();
  return name ? *name : std::string();
}

}  // namespace maintenance::plugin
