#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/http/transport.h"
#include "tests/cluster/linear/faults.h"
#include "tests/cluster/linear/history.h"
#include "tests/cluster/support/cluster_access.h"

namespace maintenance::testing {

/// One history's size: 8 clients, 200 operations between them.
inline constexpr int clients_per_run = 8;
inline constexpr int operations_per_client = 25;

struct RunSettings {
  ClusterAccess cluster;
  http::Transport& upstream;            ///< as admin; thread-safe; for all proxies
  std::uint64_t seed = 0;               ///< chooses the cluster, what is asked, and the faults
  bool drop_resource_versions = false;  ///< the planted bug: writes without a condition
};

/// What happened, and how much of it.
struct Run {
  History history;
  FaultCounts faults;
  std::size_t conflicts = 0;          ///< writes that the API server itself refused with 409
  std::vector<std::string> problems;  ///< when not empty, nothing can be said of the history
};

/// Lets clients, agents, somebody with kubectl and a play of controller and kubelet loose on one
/// new ConfigMap, agents through a FaultProxy, and gives back what each saw. Threads decide who is
/// first, so a seed repeats what is asked and how often which fault comes, not every interleaving.
[[nodiscard]] Run run_history(const RunSettings& settings);

}  // namespace maintenance::testing
