#pragma once

#include <memory>
#include <string>

#include "agent/config/settings.h"
#include "agent/observe/log.h"
#include "agent/server/api.h"
#include "agent/store/random.h"
#include "tests/cluster/support/stage.h"

namespace maintenance::testing {

/// A whole agent in this process, without its sockets: requests in, answers out, with its own
/// client on the given transport. Two of them are two agents. Owned by a test; thread-safe.
class TestAgent {
 public:
  /// How long it waits for the API server; the defaults are the real agent's.
  struct Patience {
    std::chrono::milliseconds one_call = kube::request_timeout;
    std::chrono::milliseconds request = agent::request_time_max;
  };
  TestAgent(Stage& stage, http::Transport& transport, const std::string& cluster = "demo")
      : TestAgent(stage, transport, stage.clock(), cluster) {}
  /// With a clock of the test's own, for example one that does not really sleep.
  TestAgent(Stage& stage, http::Transport& transport, Clock& clock,
            const std::string& cluster = "demo");
  TestAgent(Stage& stage, http::Transport& transport, Clock& clock, const std::string& cluster,
            Patience limits);

  [[nodiscard]] agent::ApiResponse send(const std::string& method, const std::string& target,
                                        const std::string& body = {});
  /// The status and body of an answer in one text, for comparisons that show both; followed by
  /// what its Warning headers say, when there are any.
  [[nodiscard]] std::string ask(const std::string& method, const std::string& target);
  [[nodiscard]] agent::Api& api() noexcept { return *api_; }
  [[nodiscard]] kube::Client& client() noexcept { return client_; }

 private:
  kube::Client client_;
  agent::Settings settings_;
  agent::SystemRandom random_;
  agent::Log log_;
  agent::Metrics metrics_;
  std::unique_ptr<agent::Api> api_;
};

/// The settings of an agent of `cluster` in the stage's namespace.
[[nodiscard]] agent::Settings test_settings(Stage& stage, const std::string& cluster = "demo");

/// What an operator sets for an agent of `cluster`, plus what keeps it off the usual ports.
[[nodiscard]] std::map<std::string, std::string> agent_environment(
    const std::string& cluster, const std::string& namespace_name);

}  // namespace maintenance::testing
