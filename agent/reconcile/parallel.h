#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace maintenance::agent {

/// API calls of one request that are under way at once: a datacenter of 500 pods is quick enough,
/// and the API server's fair share for one client is not used up.
inline constexpr std::size_t parallel_calls_max = 16;

/// Calls `work(0)` to `work(count - 1)`, several at once; returns when all have returned. `work`
/// must not throw.
template <class Work>
void run_parallel(std::size_t count, const Work& work) {
  if (count <= 1) {
    if (count == 1) work(std::size_t{0});
    return;
  }
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++)
      work(i);
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min(count, parallel_calls_max); ++i)
    threads.emplace_back(loop);
  loop();
}

}  // namespace maintenance::agent
