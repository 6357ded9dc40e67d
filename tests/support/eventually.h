#pragma once

#include <chrono>
#include <thread>

namespace maintenance::testing {

/// True as soon as `holds()` is true, false when it still is not after `limit`. The only way in
/// which tests wait: a condition with a deadline, never a fixed sleep.
template <class Predicate>
[[nodiscard]] bool eventually(std::chrono::milliseconds limit, Predicate holds) {
  constexpr std::chrono::milliseconds between_looks{2};
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= deadline) return holds();
    std::this_thread::sleep_for(between_looks);
  }
  return true;
}

}  // namespace maintenance::testing
