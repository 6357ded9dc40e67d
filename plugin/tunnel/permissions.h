#pragma once

#include <string>
#include <vector>

#include "common/kube/client.h"
#include "plugin/tunnel/way.h"

namespace maintenance::plugin {

using Permissions = std::vector<kube::Permission>;

/// What the caller of the API server needs to reach an agent by this way (automatic: by the
/// tunnel). From Kubernetes 1.35 on a tunnel wants `create` besides `get`, as kubectl's always has.
[[nodiscard]] const Permissions& needed_permissions(Way way);

/// What running a command in a pod needs, besides; the same change of 1.35 applies.
[[nodiscard]] const Permissions& exec_permissions();

/// "get pods/portforward"
[[nodiscard]] std::string to_text(const kube::Permission& permission);

/// A Role with what is needed and its binding to `user`, as YAML that kubectl takes as it is.
[[nodiscard]] std::string role_manifest(const std::string& namespace_name, const std::string& user,
                                        const Permissions& permissions);

}  // namespace maintenance::plugin
