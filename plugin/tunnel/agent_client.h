#pragma once

#include "common/http/transport.h"
#include "plugin/discovery/agent_finder.h"
#include "plugin/tunnel/pod_proxy.h"
#include "plugin/tunnel/tunnel.h"
#include "plugin/tunnel/way.h"

namespace maintenance::plugin {

/// Sends requests to the agent's pod by the way that was asked for. Without a wish it takes the
/// tunnel, and changes over to the pod proxy for good when something in between does not pass
/// tunnels on. When it is certain that a request reached no agent, the agent's pod is looked up
/// again and the request sent once more.
/// Borrows everything; not thread-safe.
class AgentClient final : public http::Transport {
 public:
  struct Parts {
    AgentFinder& finder;
    Tunnel& tunnel;
    PodProxy& proxy;
    Explainer& explainer;
    Trace& trace;
    Way way = Way::automatic;
  };
  explicit AgentClient(const Parts& parts) : parts_(parts) {}

  /// Errors promise what Transport says: `unknown_outcome` when a write may have happened.
  /// `unreachable` also stands for "there is no agent".
  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override;

 private:
  [[nodiscard]] Attempt attempt(const http::Request& request, const AgentPod& pod,
                                Deadline deadline);

  Parts parts_;
};

}  // namespace maintenance::plugin
