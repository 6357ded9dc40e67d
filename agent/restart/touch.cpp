#include "agent/restart/touch.h"

namespace maintenance::agent {

Result<void> touch_pod(kube::Client& client, const Clock& clock, const std::string& pod,
                       const std::string& resource_version) {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock.now().time_since_epoch());
  return client.annotate_pod(pod, touched_annotation,
                             resource_version + "-" + std::to_string(now.count()));
}

}  // namespace maintenance::agent
