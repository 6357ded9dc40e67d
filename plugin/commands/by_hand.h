#pragma once

#include <string>

#include "common/kube/objects.h"

namespace maintenance::plugin {

/// The kubectl command that takes a pod's record out of the maintenance ConfigMap, for when there
/// is no agent to do so. The ConfigMap is the one that the pod's gate looks at. Empty when the pod
/// does not wait at a gate. Pure.
[[nodiscard]] std::string release_command(const kube::Pod& pod);

}  // namespace maintenance::plugin
