#pragma once

#include <string>

#include "common/clock.h"
#include "common/kube/client.h"
#include "common/result.h"

namespace maintenance::agent {

/// The annotation that is changed so that the kubelet looks at the pod, and therefore at its
/// ConfigMap volume, at once instead of after a minute or more.
inline constexpr const char* touched_annotation = "cassandra-maintenance/touched";

/// Changes the annotation: the ConfigMap's version says why, the time makes each touch a change.
[[nodiscard]] Result<void> touch_pod(kube::Client& client, const Clock& clock,
                                     const std::string& pod, const std::string& resource_version);

}  // namespace maintenance::agent
