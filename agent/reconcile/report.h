#pragma once

#include <string>

#include "agent/config/settings.h"
#include "agent/policy/snapshot.h"
#include "common/maintenance/report.h"
#include "common/text/timestamp.h"

namespace maintenance::agent {

/// The state of one pod of the snapshot, or of a record without a pod. Pure.
[[nodiscard]] State state_of(const Snapshot& snapshot, const std::string& pod, text::Timestamp now);

/// What the snapshot says of one pod. Pure.
[[nodiscard]] PodReport make_pod_report(const Snapshot& snapshot, const std::string& pod,
                                        text::Timestamp now);

/// What the snapshot says of the whole cluster: its pods, and the records whose pod is missing.
[[nodiscard]] ClusterReport make_cluster_report(const Snapshot& snapshot, const Settings& settings,
                                                const std::string& namespace_name,
                                                text::Timestamp now);

/// True when the pod is proved to be held: recorded, at its gate, not terminating.
[[nodiscard]] bool is_held(const Snapshot& snapshot, const std::string& pod);

}  // namespace maintenance::agent
