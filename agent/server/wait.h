#pragma once

#include <chrono>
#include <optional>

#include "agent/server/target.h"
#include "common/maintenance/state.h"
#include "common/result.h"

namespace maintenance::agent {

/// Longest that one request may wait for a state: proxies cut quiet connections after a minute.
inline constexpr std::chrono::seconds wait_max{30};
/// Requests that wait at once; each is a thread. One more is answered at once, with what is true
/// now.
inline constexpr int waits_max = 32;

/// GET /v1/pods/{pod}?wait=STATE&timeout=25s: answer when the pod is there.
struct Wait {
  State state = State::normal;
  std::chrono::milliseconds timeout{25'000};
};

/// Nothing when the query has no `wait`. Fails with `invalid` for an unknown state, for a timeout
/// that is none or over wait_max, and for any other parameter.
[[nodiscard]] Result<std::optional<Wait>> read_wait(const ParsedTarget& target);

/// The wish that leads to a state: when it is another one, somebody has changed direction.
[[nodiscard]] Wish wish_towards(State state) noexcept;

}  // namespace maintenance::agent
