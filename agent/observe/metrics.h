#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace maintenance::agent {

/// What the agent counts. Owned by main (or a test) and outlives its users; thread-safe.
class Metrics {
 public:
  /// `method` is a known one or "other", never a caller's free text.
  void count_request(const std::string& method, int status);
  /// Prometheus' text format 0.0.4.
  [[nodiscard]] std::string exposition() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
};

}  // namespace maintenance::agent
