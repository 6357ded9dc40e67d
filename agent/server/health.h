#pragma once

#include <functional>

#include "agent/observe/metrics.h"
#include "agent/server/exchange.h"

namespace maintenance::agent {

/// What the kubelet and a metrics collector ask, on a port and threads of its own so that a busy
/// API cannot starve it. Depends on neither the API server nor Cassandra: restarting the agent
/// would cure none of them. Borrows everything; thread-safe.
class Health {
 public:
  /// `is_ready` says whether the API accepts requests.
  Health(const Metrics& metrics, std::function<bool()> is_ready)
      : metrics_(metrics), is_ready_(std::move(is_ready)) {}

  [[nodiscard]] ApiResponse handle(const ApiRequest& request) const;

 private:
  const Metrics& metrics_;
  std::function<bool()> is_ready_;
};

}  // namespace maintenance::agent
