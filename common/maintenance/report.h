#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/maintenance/record.h"
#include "common/maintenance/state.h"
#include "common/result.h"
#include "common/text/json.h"

namespace maintenance {

/// What the agent says of one pod: GET /v1/pods/{pod}, and an element of GET /v1/status.
struct PodReport {
  std::string name;
  std::string dc;
  std::string stateful_set;
  std::string uid;  ///< of the current pod, empty when there is none
  State state = State::starting;
  Wish wish = Wish::out;
  std::string reality;           ///< in words: "gate running"
  std::optional<Record> record;  ///< present exactly when wish == in
  std::vector<std::string> warnings;
  std::string released_by;  ///< who has ended its maintenance, while that is remembered
  /// Only in the answer to PUT and DELETE: whether the call changed the wish.
  std::optional<bool> changed;
  /// Only in the answer to PUT and DELETE of a whole dc: why this pod could not follow the others.
  std::string error;
};

struct StatefulSetReport {
  std::string name;
  std::string dc;
  std::string pod_management_policy;
  std::int64_t replicas = 0;
};

/// What the agent says of its whole cluster: GET /v1/status.
struct ClusterReport {
  std::string cluster;
  std::string namespace_name;
  std::string config_map;
  std::string agent_version;
  std::vector<StatefulSetReport> stateful_sets;
  std::vector<PodReport> pods;
};

[[nodiscard]] Poco::JSON::Object::Ptr report_to_json(const PodReport& report);
[[nodiscard]] Poco::JSON::Object::Ptr report_to_json(const ClusterReport& report);
/// Fail with `protocol` when name or state is missing or unknown; other members may be absent.
[[nodiscard]] Result<PodReport> pod_report_from_json(const text::JsonView& object);
[[nodiscard]] Result<ClusterReport> cluster_report_from_json(const text::JsonView& object);

}  // namespace maintenance
