#pragma once

#include <Poco/Net/StreamSocket.h>

#include <functional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/http/transport.h"
#include "common/result.h"
#include "plugin/commands/interrupts.h"
#include "plugin/exec/exec_request.h"
#include "plugin/exec/local_streams.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// What can be looked at on the way to the agent, one after the other.
enum class Examination {
  kubeconfig,   ///< which server, as whom
  login,        ///< the API server answers and knows us
  permissions,  ///< what reaching the agent needs
  agent_pod
};

/// One Cassandra cluster that has an agent somewhere. A plain value.
struct AgentPlace {
  std::string namespace_name;
  std::string instance;  ///< empty when its pod carries no such label
  friend auto operator<=>(const AgentPlace&, const AgentPlace&) = default;
};

/// The way to the agent, as commands see it. Not thread-safe but for forward().
class AgentLink {
 public:
  virtual ~AgentLink() = default;
  /// Finds the agent, so that a failure is said once and not for every target.
  [[nodiscard]] virtual Result<void> prepare() = 0;
  /// The command by which a pod that waits at its gate is released without an agent; empty when it
  /// does not wait, or when nothing can be found out because the API server is away as well.
  [[nodiscard]] virtual std::string release_by_hand(const std::string& pod) = 0;
  /// The caller's name as the API server knows it, or an empty text.
  [[nodiscard]] virtual std::string user_name() = 0;
  [[nodiscard]] virtual http::Transport& transport() = 0;
  /// After an interrupt has cut the connections: new ones are possible again.
  virtual void resume() = 0;

  /// What is so, in a few words; or an error with what to do about it.
  [[nodiscard]] virtual Result<std::string> examine(Examination step) = 0;
  /// Names of the namespace's pods with these labels.
  [[nodiscard]] virtual Result<std::vector<std::string>> pods_matching(
      const std::string& selector) = 0;
  /// The agents of all namespaces, in order.
  [[nodiscard]] virtual Result<std::vector<AgentPlace>> agents_everywhere() = 0;
  /// Carries one local connection to the agent and back until it ends. Thread-safe.
  [[nodiscard]] virtual Result<void> forward(Poco::Net::StreamSocket local) = 0;

  /// Whether execute() is allowed; nothing is run.
  [[nodiscard]] virtual Result<void> may_execute() = 0;
  /// Runs a command in a container to its end. See Executor.
  [[nodiscard]] virtual Result<ExecEnd> execute(const ExecRequest& request, LocalStreams& local,
                                                const std::function<bool()>& called_off) = 0;
};

/// Everything outside that a command touches. Borrowed from the program or a test.
struct Surroundings {
  Io& io;
  AgentLink& link;
  Clock& clock;
  Interrupts& interrupts;
};

/// "error: …" on stderr, as kubectl writes it.
void print_error(std::ostream& err, const Error& error);
void print_warning(std::ostream& err, const std::string& text);

}  // namespace maintenance::plugin
