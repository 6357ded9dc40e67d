#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/maintenance/report.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/interrupts.h"
#include "plugin/output/progress.h"

namespace maintenance::plugin {

/// The first look comes early, because a pod may be quick; later ones are a second apart, which is
/// often enough for a person and costs the API server little.
inline constexpr std::chrono::milliseconds first_poll_delay{100};
inline constexpr std::chrono::milliseconds longest_poll_delay{1000};
/// Reads in a row that may fail before we give up: an agent that is being replaced is back by then.
inline constexpr int failed_polls_max = 10;

/// How the wait for one pod ended.
struct WaitEnd {
  enum class Outcome {
    reached,    ///< the state that was wished
    gone,       ///< no such pod and no record of it
    reverted,   ///< somebody else wished the opposite
    timed_out,  ///< `last` says where the pod was
    failed      ///< the agent could not be asked any more: `error`
  };

  std::string pod;
  Outcome outcome = Outcome::reached;
  std::optional<PodReport> last;
  std::optional<Error> error;
};

/// Polls the agent until each pod is where the wish wants it (held, or normal), something final
/// happens, or time is up. Says each end as soon as it is known. Bounded; owned by one command.
class Waiter {
 public:
  Waiter(Agent& agent, const Clock& clock, Interrupts& interrupts, Progress& progress);

  /// False when interrupted; then some pods have no end. `ended` runs once per pod otherwise.
  bool wait(Wish wish, std::vector<PodReport> pods, Deadline until,
            const std::function<void(const WaitEnd&)>& ended);

 private:
  struct Pending {
    std::string pod;
    std::optional<PodReport> last;
  };

  [[nodiscard]] Result<void> look(Deadline until);
  [[nodiscard]] Result<void> look_at_one(Deadline until);
  [[nodiscard]] Result<void> look_at_all(Deadline until);
  [[nodiscard]] std::optional<WaitEnd> judge(const Pending& pending) const;
  void settle(const std::function<void(const WaitEnd&)>& ended);
  void end_all(WaitEnd::Outcome outcome, const std::optional<Error>& error,
               const std::function<void(const WaitEnd&)>& ended);

  Agent& agent_;
  const Clock& clock_;
  Interrupts& interrupts_;
  Progress& progress_;
  Wish wish_ = Wish::in;
  std::vector<Pending> pending_;
};

/// Failures that may pass by themselves: the agent or its pod is being replaced, the network
/// hiccups.
[[nodiscard]] bool may_pass(ErrorKind kind) noexcept;
/// The state in which a wish is fulfilled.
[[nodiscard]] State goal_of(Wish wish) noexcept;
/// "entering: terminating".
[[nodiscard]] std::string describe_place(const PodReport& report);

}  // namespace maintenance::plugin
