#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/policy/snapshot.h"
#include "common/maintenance/verdict.h"
#include "common/text/timestamp.h"

namespace maintenance::agent {

/// Where wish and reality differ, and what may be done about it without being asked. A plain value.
struct Assessment {
  std::set<std::string> expired;            ///< their time is up: the record goes
  std::set<std::string> drifted;            ///< Cassandra runs although it should be held: restart
  std::set<std::string> leaving;            ///< still at the gate although the wish is out: touch
  std::set<std::string> missing;            ///< recorded, and no such pod: only said
  std::vector<Finding> violation;           ///< hard guards that the records themselves break
  std::optional<text::Timestamp> next_end;  ///< the earliest `until` that has still to come
};

/// Compares every record and every pod of the cluster. Nobody is listed as drifted while the
/// records break `ordered-ready`, because a person has to say which pod shall stay; a pod that no
/// gate would hold is never listed. A record whose time is up counts until it is removed. Pure.
[[nodiscard]] Assessment assess(const Snapshot& snapshot, text::Timestamp now);

}  // namespace maintenance::agent
