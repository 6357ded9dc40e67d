#pragma once

#include <cstdint>
#include <memory>

#include "plugin/discovery/agent_pod.h"
#include "plugin/tunnel/api_server.h"
#include "plugin/tunnel/attempt.h"
#include "plugin/tunnel/explain.h"
#include "plugin/tunnel/random_source.h"

namespace maintenance::plugin {

/// The port on which an agent listens inside its pod.
inline constexpr std::uint16_t agent_port = 8889;

/// The way through the pod's node: the API server upgrades a connection of ours to the port-forward
/// protocol, and one exchange with the agent goes over it. No local port, no helper program. The
/// first one goes over the connection that discovery left open.
/// Borrows everything; not thread-safe.
class Tunnel {
 public:
  Tunnel(ApiServer& api, Explainer& explainer, RandomSource& random, Trace& trace);

  [[nodiscard]] Attempt attempt(const http::Request& request, const AgentPod& pod,
                                Deadline deadline);

  /// A tunnel for somebody else's bytes, or why there is none.
  struct Opened {
    std::unique_ptr<http::Upgraded> tunnel;  ///< null when refused
    Error why = {};
    bool other_way_may_work = false;
  };
  [[nodiscard]] Opened open(const AgentPod& pod, Deadline deadline);

 private:
  [[nodiscard]] Attempt exchange(const http::Request& request, const AgentPod& pod,
                                 http::Upgraded& upgraded, Deadline deadline);

  ApiServer& api_;
  Explainer& explainer_;
  RandomSource& random_;
  Trace& trace_;
};

}  // namespace maintenance::plugin
