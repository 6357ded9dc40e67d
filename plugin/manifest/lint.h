#pragma once

#include <string>

#include "common/maintenance/state.h"
#include "common/result.h"
#include "plugin/manifest/findings.h"

namespace maintenance::plugin {

/// Shortest grace period that a drain of a replica with data may be expected to fit into.
inline constexpr long long grace_s_min = 60;
/// What Kubernetes takes when a manifest says nothing.
inline constexpr long long grace_s_default = 30;

/// Looks at the StatefulSets and CassandraClusters of a manifest (YAML or JSON, any number of
/// documents, Lists) for what maintenance mode needs. A StatefulSet counts when it has a container
/// called `names.cassandra`. Fails with `invalid` when the text cannot be read.
[[nodiscard]] Result<LintReport> lint_manifest(const std::string& text,
                                               const ContainerNames& names);

}  // namespace maintenance::plugin
