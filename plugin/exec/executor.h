#pragma once

#include <functional>

#include "common/kube/client.h"
#include "plugin/exec/exec_request.h"
#include "plugin/exec/session.h"
#include "plugin/output/trace.h"
#include "plugin/tunnel/api_server.h"
#include "plugin/tunnel/explain.h"

namespace maintenance::plugin {

/// Runs commands in containers, by way of the API server and the pod's node.
/// Borrows everything; not thread-safe.
class Executor {
 public:
  struct Parts {
    ApiServer& api;
    kube::Client& client;
    Explainer& explainer;
    RandomSource& random;
    Trace& trace;
    Way way = Way::automatic;  ///< to the agent, for the Role that a refusal prints
  };
  explicit Executor(const Parts& parts) : parts_(parts) {}

  /// Asks the API server, before anything depends on it. An API server that does not say counts as
  /// a yes. Fails with `forbidden` and a Role that helps.
  [[nodiscard]] Result<void> permitted();
  /// Runs the command to its end, in the init container that is running unless one is named.
  /// `called_off` is asked whenever something happens. `opening` bounds what comes before the
  /// command's first byte. Errors as Session, and what the API server says.
  [[nodiscard]] Result<ExecEnd> run(ExecRequest request, LocalStreams& local,
                                    const std::function<bool()>& called_off, Deadline opening);

 private:
  [[nodiscard]] Permissions permissions() const;
  [[nodiscard]] Result<std::string> holding_container(const std::string& pod);
  [[nodiscard]] Error refused(const http::Response& answer, const ExecRequest& request);

  Parts parts_;
};

}  // namespace maintenance::plugin
