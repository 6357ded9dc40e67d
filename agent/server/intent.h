#pragma once

#include <string>

#include "agent/reconcile/operations.h"
#include "agent/server/target.h"
#include "common/result.h"

namespace maintenance::agent {

/// Who and why at the root of the API: the query's `reason`. Bodies mean nothing there.
/// Fails with `invalid` and names what is not understood: a `dryRun` that is silently ignored would
/// be a real run.
[[nodiscard]] Result<Intent> read_seed_intent(const ParsedTarget& target, const std::string& id);

/// Who and why under /v1: the body {"reason": "…", "requestedBy": "…"}, both optional, and the
/// query as at the root. Fails with `invalid` and names unknown members.
[[nodiscard]] Result<Intent> read_v1_intent(const ParsedTarget& target, const std::string& body,
                                            const std::string& id);

}  // namespace maintenance::agent
