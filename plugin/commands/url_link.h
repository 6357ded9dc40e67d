#pragma once

#include <optional>

#include "common/http/connection.h"
#include "common/kube/access.h"
#include "plugin/cli/command.h"
#include "plugin/commands/surroundings.h"
#include "plugin/kubeconfig/load.h"

namespace maintenance::plugin {

/// The way to an agent that has an address of its own: no API server, no kubeconfig; a bearer token
/// says who we are. Owned by the program. Only cancel() may be called from another thread.
class UrlLink final : public AgentLink {
 public:
  /// `environment` may ask for a proxy.
  UrlLink(AgentAddress address, FileReader read, kube::Environment environment);

  /// Reads the files that the address names. Fails with `invalid` or what reading says.
  [[nodiscard]] Result<void> check();
  [[nodiscard]] Result<void> prepare() override { return {}; }
  /// Whoever uses --agent-url may have no kubectl at all.
  [[nodiscard]] std::string release_by_hand(const std::string& /*pod*/) override { return {}; }
  /// The agent finds that out by itself, from the token.
  [[nodiscard]] std::string user_name() override { return {}; }
  [[nodiscard]] http::Transport& transport() override { return *authorized_; }
  [[nodiscard]] Result<std::string> examine(Examination step) override;
  [[nodiscard]] Result<std::vector<std::string>> pods_matching(
      const std::string& selector) override;
  [[nodiscard]] Result<std::vector<AgentPlace>> agents_everywhere() override;
  [[nodiscard]] Result<void> forward(Poco::Net::StreamSocket local) override;
  [[nodiscard]] Result<void> may_execute() override;
  [[nodiscard]] Result<ExecEnd> execute(const ExecRequest& request, LocalStreams& local,
                                        const std::function<bool()>& called_off) override;
  void resume() override { watchdog_.resume(); }
  void cancel() { watchdog_.cancel(); }

 private:
  AgentAddress address_;
  FileReader read_;
  kube::Environment environment_;
  http::Watchdog watchdog_;
  std::optional<http::ConnectingTransport> connecting_;
  std::optional<kube::AuthorizedTransport> authorized_;
};

}  // namespace maintenance::plugin
