#pragma once

#include "plugin/discovery/agent_pod.h"
#include "plugin/output/trace.h"
#include "plugin/tunnel/api_server.h"
#include "plugin/tunnel/attempt.h"
#include "plugin/tunnel/explain.h"

namespace maintenance::plugin {

/// The way through the API server's pod proxy: plain HTTP requests, which every gateway passes on.
/// The API server connects to the pod's address itself, so network policies count, and it needs
/// other permissions than a tunnel (pods/proxy).
/// Borrows everything; not thread-safe.
class PodProxy {
 public:
  PodProxy(ApiServer& api, Explainer& explainer, Trace& trace)
      : api_(api), explainer_(explainer), trace_(trace) {}

  [[nodiscard]] Attempt attempt(const http::Request& request, const AgentPod& pod,
                                Deadline deadline);

 private:
  [[nodiscard]] Attempt read(const http::Request& request, http::Response answer,
                             const AgentPod& pod);

  ApiServer& api_;
  Explainer& explainer_;
  Trace& trace_;
};

}  // namespace maintenance::plugin
