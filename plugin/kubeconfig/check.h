#pragma once

#include "common/result.h"
#include "plugin/kubeconfig/kubeconfig.h"

namespace maintenance::plugin {

/// What kubectl refuses in the entries that were chosen, before it touches the network (client-go,
/// tools/clientcmd/validation.go). Both read no files. Fail with `invalid`, naming file, entry and
/// field.
[[nodiscard]] Result<void> check_cluster(const ClusterEntry& cluster);
[[nodiscard]] Result<void> check_user(const UserEntry& user);

/// An error about an entry of this file; without a file it came from flags.
[[nodiscard]] Error wrong_entry(const std::string& file, const std::string& cause);

}  // namespace maintenance::plugin
