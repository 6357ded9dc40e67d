#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/kube/client.h"
#include "plugin/discovery/agent_pod.h"

namespace maintenance::plugin {

/// What helps to choose when a namespace has agents of several Cassandra clusters.
struct AgentWanted {
  std::string instance;   ///< --instance, or empty
  std::string first_pod;  ///< a pod that the command names, whose label then decides; or empty
};

/// Finds the agent's pod and remembers it. Never guesses between Cassandra clusters: several
/// without a hint are an error that names them. Borrows its client; not thread-safe.
class AgentFinder {
 public:
  AgentFinder(kube::Client& client, AgentWanted wanted);

  /// Fails with `unreachable` (none, or none that runs), `invalid` (ambiguous), or what the API
  /// server said.
  [[nodiscard]] Result<AgentPod> find();
  /// True once the API server has answered a list, whatever was in it.
  [[nodiscard]] bool has_listed() const noexcept { return has_listed_; }
  /// The next find() lists again, and trusts no list that may be old.
  void forget() {
    found_.reset();
    wary_ = true;
  }

 private:
  [[nodiscard]] Result<std::vector<AgentPod>> list(const std::string& selector,
                                                   kube::Freshness freshness);
  [[nodiscard]] Result<std::vector<AgentPod>> candidates(kube::Freshness freshness);
  [[nodiscard]] Result<AgentPod> choose(const std::vector<AgentPod>& candidates);
  [[nodiscard]] Result<std::string> instance_of(const std::vector<AgentPod>& candidates);
  [[nodiscard]] Error none() const;
  [[nodiscard]] Error ambiguous(const std::vector<std::string>& instances) const;

  kube::Client& client_;
  AgentWanted wanted_;
  std::optional<AgentPod> found_;
  bool wary_ = false;
  bool has_listed_ = false;
};

}  // namespace maintenance::plugin
