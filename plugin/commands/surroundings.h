#pragma once

#include <functional>
#include <string>

#include "common/clock.h"
#include "common/http/transport.h"
#include "common/result.h"
#include "plugin/commands/interrupts.h"
#include "plugin/exec/exec_request.h"
#include "plugin/exec/local_streams.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// The way to the agent, as commands see it. Not thread-safe.
class AgentLink {
 public:
  virtual ~AgentLink() = default;
  /// Finds the agent, so that a failure is said once and not for every target.
  [[nodiscard]] virtual Result<void> prepare() = 0;
  /// The caller's name as the API server knows it, or an empty text.
  [[nodiscard]] virtual std::string user_name() = 0;
  [[nodiscard]] virtual http::Transport& transport() = 0;
  /// After an interrupt has cut the connections: new ones are possible again.
  virtual void resume() = 0;

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
