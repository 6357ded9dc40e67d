#pragma once

#include <Poco/Timespan.h>

#include <algorithm>
#include <chrono>

#include "common/clock.h"

namespace maintenance::http {

/// A wait without any time left still gets this long, so that Poco never sees "0 = for ever".
inline constexpr std::chrono::microseconds shortest_wait{1000};

/// From now until `deadline`, as Poco's sockets take it.
[[nodiscard]] inline Poco::Timespan time_left(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
      deadline - std::chrono::steady_clock::now());
  return {std::max(left, shortest_wait).count()};
}

}  // namespace maintenance::http
