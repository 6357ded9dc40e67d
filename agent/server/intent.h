#pragma once

#include <string>

#include "agent/reconcile/operations.h"
#include "agent/server/target.h"
#include "common/result.h"
#include "common/text/timestamp.h"

namespace maintenance::agent {

/// Who and why at the root of the API: the query's `reason`, `for`, `override` and `dryRun`. Bodies
/// mean nothing there. Fails with `invalid` and names what is not understood: a `dryRun` that is
/// silently ignored would be a real run. `now` is what `for` counts from.
[[nodiscard]] Result<Intent> read_seed_intent(const ParsedTarget& target, const std::string& id,
                                              text::Timestamp now);

/// Who and why under /v1: the body {"reason", "requestedBy", "duration" or "until", "override",
/// "dryRun", "force"}, all optional, and the query as at the root. Fails with `invalid` and names
/// unknown members.
[[nodiscard]] Result<Intent> read_v1_intent(const ParsedTarget& target, const std::string& body,
                                            const std::string& id, text::Timestamp now);

/// Shortest and longest time for which a pod can be asked to be held. The shortest is far less than
/// a restart takes; the longest is far beyond every gc_grace_seconds.
inline constexpr std::chrono::seconds hold_min{10};
inline constexpr std::chrono::hours hold_max{10'000};

}  // namespace maintenance::agent
