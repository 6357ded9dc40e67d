#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "agent/policy/snapshot.h"
#include "common/maintenance/verdict.h"
#include "common/result.h"

namespace maintenance::agent {

/// Ids of the guards. Part of the API: they appear in verdicts and are named in overrides.
namespace guard_id {
inline constexpr std::string_view ordered_ready = "ordered-ready";
inline constexpr std::string_view not_a_member = "not-a-member";
inline constexpr std::string_view no_gate = "no-gate";
inline constexpr std::string_view last_datacenter = "last-datacenter";
inline constexpr std::string_view replica_down = "replica-down";
inline constexpr std::string_view disruption_budget = "disruption-budget";
inline constexpr std::string_view rollout = "rollout";
inline constexpr std::string_view no_drain = "no-drain";
}  // namespace guard_id

/// What one guard finds; kind and `refuses` are filled in by judge().
using Check = std::vector<Finding> (*)(const Snapshot& snapshot, const EnterRequest& request);

struct Guard {
  std::string_view id;
  GuardKind kind;
  Check check;
};

/// All guards that decide before anything is written, in the order in which they speak.
[[nodiscard]] std::span<const Guard> guards() noexcept;

/// Fails with `invalid` for a name that is no soft guard: what is overridden by mistake is not
/// overridden at all.
[[nodiscard]] Result<void> check_overrides(const std::set<std::string>& overrides);

/// Every guard's answer to `request`. The request's targets are the pods that would be restarted,
/// so it must not be asked about pods that are in maintenance already and held. Pure.
[[nodiscard]] Verdict judge(const Snapshot& snapshot, const EnterRequest& request);

/// How the API server's refusal to evict `pods` reads as a finding; `explanation` names them and
/// says why.
[[nodiscard]] Finding budget_finding(const std::vector<std::string>& pods,
                                     const std::string& explanation);

}  // namespace maintenance::agent
