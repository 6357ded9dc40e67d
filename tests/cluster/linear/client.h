#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/cluster/linear/history.h"
#include "tests/cluster/linear/observer.h"
#include "tests/cluster/linear/progress.h"
#include "tests/cluster/linear/run_clock.h"
#include "tests/cluster/support/objects.h"
#include "tests/cluster/support/test_agent.h"

namespace maintenance::testing {

/// One client: asks one agent after the other for things that its seed chooses, and keeps what it
/// was told. Borrows everything; used by one thread.
class Client {
 public:
  struct Parts {
    std::vector<TestAgent*> agents;
    const std::vector<SetShape>& sets;
    const StateReader& reader;
    const RunClock& clock;
    Progress& progress;
    int number = 0;
    std::uint64_t seed = 0;
  };
  explicit Client(const Parts& parts) : parts_(parts), random_(parts.seed) {}

  void run(int operations);
  [[nodiscard]] const std::vector<Operation>& operations() const noexcept { return operations_; }

 private:
  void ask_something();
  void change_pod(const std::string& method);
  void change_dc(const std::string& method);
  void read_config();
  void read_status();
  void read_pod();
  void read_dc();

  /// Sends it, and notes everything but what the answer tells.
  agent::ApiResponse ask(Operation& operation, const std::string& method,
                         const std::string& target);
  void note(Operation operation) { operations_.push_back(std::move(operation)); }
  [[nodiscard]] std::string query();
  [[nodiscard]] const SetShape& any_set();
  [[nodiscard]] std::string any_pod();
  [[nodiscard]] std::size_t below(std::size_t end);

  Parts parts_;
  std::mt19937_64 random_;
  std::vector<Operation> operations_;
};

/// What an answer without a success claims: docs/http-api.md has the table.
[[nodiscard]] Outcome outcome_of(const agent::ApiResponse& answer);

/// All pods of these sets, or of one.
[[nodiscard]] std::set<std::string> pods_of(const std::vector<SetShape>& sets);
[[nodiscard]] std::set<std::string> pods_of(const SetShape& set);

}  // namespace maintenance::testing
