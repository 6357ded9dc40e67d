#pragma once

#include <string>

#include "agent/observe/happening.h"
#include "agent/reconcile/operations.h"

namespace maintenance::agent {

/// Which way a request went.
enum class Direction { enter, leave };

/// What is to be told of a request that was carried out, and of one that a guard refused: one
/// happening for each pod that it changed. A dry run and a request that changed nothing tell
/// nothing. Pure. `config_map` stands for the cluster when a whole dc was refused.
[[nodiscard]] std::vector<Happening> happenings_of(Direction direction, const Target& target,
                                                   const Intent& intent, const Outcome& outcome,
                                                   const std::string& config_map,
                                                   text::Timestamp now);

/// One refusal of a kind is told of a pod within this time, however often it is asked for.
inline constexpr std::chrono::minutes refusal_told_again_after{10};

}  // namespace maintenance::agent
