#pragma once

#include <string>

#include "common/clock.h"
#include "common/kube/client.h"
#include "common/maintenance/state.h"
#include "common/result.h"

namespace maintenance::agent {

/// Evictions of one pod whose outcome was unclear are looked at and tried again this often.
inline constexpr int restart_tries_max = 4;

/// Whether a disruption budget's refusal ends it, or the pod is then deleted: a person said so.
enum class PastBudgets { no, yes };

/// Brings pods to their gate: by eviction with the uid of the pod that was looked at, with the
/// whole grace period, so that preStop and SIGTERM run to their end. Never touches a pod's status.
/// Borrows everything; made anew for each request; as thread-safe as its client and clock.
class Restarter {
 public:
  Restarter(kube::Client& client, Clock& clock, ContainerNames containers,
            PastBudgets past_budgets = PastBudgets::no)
      : client_(client),
        clock_(clock),
        containers_(std::move(containers)),
        past_budgets_(past_budgets) {}

  /// Returns when the pod is on its way: evicted, or gone, or a successor that is not past its
  /// gate. Fails with `too_many` when a disruption budget says no, and with `unknown_outcome` when
  /// an eviction may have arrived and nothing could be learned about the pod since.
  [[nodiscard]] Result<void> restart(const kube::Pod& pod);

 private:
  /// Evicts, or deletes when an eviction is refused for a budget and that may be passed.
  [[nodiscard]] Result<void> evict(kube::Client& client, const std::string& pod,
                                   const std::string& uid);

  kube::Client& client_;
  Clock& clock_;
  ContainerNames containers_;
  PastBudgets past_budgets_;
};

}  // namespace maintenance::agent
