#pragma once

#include <cstdint>
#include <string>

#include "common/http/transport.h"
#include "plugin/discovery/agent_finder.h"
#include "plugin/tunnel/api_server.h"
#include "plugin/tunnel/random_source.h"

namespace maintenance::plugin {

/// The port on which an agent listens inside its pod.
inline constexpr std::uint16_t agent_port = 8889;

/// Sends requests to the agent: each one through a tunnel of its own, which the API server opens
/// into the agent's pod. No local port, no helper program. The first request goes over the
/// connection that discovery left open. When it is certain that a request reached no agent, the
/// agent's pod is looked up again and the request sent once more.
/// Borrows everything; not thread-safe.
class AgentClient final : public http::Transport {
 public:
  AgentClient(ApiServer& api, AgentFinder& finder, RandomSource& random, Trace& trace);

  /// Errors promise what Transport says: `unknown_outcome` when a write may have happened.
  /// `unreachable` also stands for "there is no agent".
  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override;

 private:
  /// One try. `reached` is false when no agent can have seen the request.
  struct Attempt {
    Result<http::Response> answer;
    bool reached = false;
  };

  [[nodiscard]] Attempt attempt(const http::Request& request, const AgentPod& pod,
                                Deadline deadline);
  [[nodiscard]] Attempt exchange(const http::Request& request, const AgentPod& pod,
                                 http::Upgraded& upgraded, Deadline deadline);
  [[nodiscard]] Error refused(const http::Response& refusal, const AgentPod& pod) const;

  ApiServer& api_;
  AgentFinder& finder_;
  RandomSource& random_;
  Trace& trace_;
};

}  // namespace maintenance::plugin
