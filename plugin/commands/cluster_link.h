#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/http/watchdog.h"
#include "common/kube/client.h"
#include "plugin/cli/command.h"
#include "plugin/commands/surroundings.h"
#include "plugin/discovery/agent_finder.h"
#include "plugin/exec/executor.h"
#include "plugin/root_api/root_api.h"
#include "plugin/tunnel/agent_client.h"
#include "plugin/tunnel/api_server.h"

namespace maintenance::plugin {

/// The real way to the agent: API server, discovery and tunnel put together. Owned by the program;
/// borrows trace and clock. Only cancel() may be called from another thread.
class ClusterLink final : public AgentLink {
 public:
  ClusterLink(LoadedAccess loaded, const ConnectionOptions& options, std::string first_pod,
              const Clock& clock, const Terminal& terminal, Trace& trace);

  /// What can be known to be wrong before anything is sent: certificates and credentials.
  [[nodiscard]] Result<void> check() { return api_.prepare(); }
  [[nodiscard]] Result<void> prepare() override;
  [[nodiscard]] std::string release_by_hand(const std::string& pod) override;
  [[nodiscard]] std::string user_name() override;
  [[nodiscard]] http::Transport& transport() override { return root_api_; }
  [[nodiscard]] Result<std::string> examine(Examination step) override;
  [[nodiscard]] Result<std::vector<std::string>> pods_matching(
      const std::string& selector) override;
  [[nodiscard]] Result<std::vector<AgentPlace>> agents_everywhere() override;
  [[nodiscard]] Result<void> forward(Poco::Net::StreamSocket local) override;
  [[nodiscard]] Result<void> may_execute() override { return executor_.permitted(); }
  [[nodiscard]] Result<ExecEnd> execute(const ExecRequest& request, LocalStreams& local,
                                        const std::function<bool()>& called_off) override;
  void resume() override { watchdog_.resume(); }
  /// Makes blocked calls return, now and from now on.
  void cancel() { watchdog_.cancel(); }

 private:
  [[nodiscard]] Result<std::string> examine_login();
  [[nodiscard]] Result<std::string> examine_permissions();
  [[nodiscard]] Result<std::unique_ptr<http::Upgraded>> open_tunnel();
  [[nodiscard]] Deadline soon() const;

  http::Watchdog watchdog_;
  SystemRandom random_;
  std::unique_ptr<ProgramRunner> programs_;
  Credentials credentials_;
  ApiServer api_;
  kube::Client client_;
  Explainer explainer_;
  AgentFinder finder_;
  Tunnel tunnel_;
  PodProxy proxy_;
  AgentClient agent_;
  RootApi root_api_;
  Executor executor_;
  const Clock& clock_;
  std::mutex opening_;  ///< tunnels are opened one after the other
  std::chrono::milliseconds request_timeout_;
  Way way_;
  std::optional<std::string> user_name_;  ///< once it was asked for
};

}  // namespace maintenance::plugin
