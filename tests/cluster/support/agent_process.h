#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "tests/cluster/support/program.h"
#include "tests/cluster/support/stage.h"

namespace maintenance::testing {

/// The real agent program, outside the cluster, on free ports of this machine. Killed with the
/// object. Owned by one test; requests are thread-safe.
class AgentProcess {
 public:
  /// `changes` go over the environment of an agent of cluster `demo` that reaches the stage's API
  /// server as admin.
  explicit AgentProcess(Stage& stage, const Program::Environment& changes = {});

  /// Waits until it says that it has started. Throws with what it said instead when it does not.
  void wait_started();
  /// The status and body of the answer, or the failure, in one text.
  [[nodiscard]] std::string ask(const std::string& method, const std::string& target);
  [[nodiscard]] std::string ask_health(const std::string& target);
  /// Of the API; known once it has started.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] Program& program() noexcept { return *program_; }

 private:
  [[nodiscard]] std::string exchange(std::uint16_t port, const std::string& method,
                                     const std::string& target);

  http::Watchdog& watchdog_;
  TempFolder folder_;
  std::unique_ptr<Program> program_;
  std::uint16_t port_ = 0;
  std::uint16_t health_port_ = 0;
};

}  // namespace maintenance::testing
