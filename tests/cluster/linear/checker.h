#pragma once

#include <string>
#include <vector>

#include "tests/cluster/linear/history.h"

namespace maintenance::testing {

/// What a history must not show. `rule` is one of
///   ordered  a committed state has two pods in maintenance, one of an OrderedReady StatefulSet
///   foreign  an agent changed a key that is none of its pods', or somebody else a pod's
///   lost     an agent overwrote a record, wrote one or removed one that nobody asked it to at that
///            time: an update of somebody else is lost, or comes back
///   partial  of a request for several pods only some were recorded at once
///   answer   an answer that no state between request and answer, or after a refusal, agrees with
///   order    the history itself cannot be: commits in another order than their times
struct Violation {
  std::string rule;
  std::string text;
};

/// Judges a history against these rules alone: knows nothing of how agents work. Because every
/// committed state and its place in the order are known, nothing has to be searched for. Pure.
[[nodiscard]] std::vector<Violation> check(const History& history);

}  // namespace maintenance::testing
