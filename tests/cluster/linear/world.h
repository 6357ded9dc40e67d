#pragma once

#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "agent/reconcile/reconciler.h"
#include "common/http/keeping_transport.h"
#include "tests/cluster/linear/fault_proxy.h"
#include "tests/cluster/linear/observer.h"
#include "tests/cluster/linear/progress.h"
#include "tests/cluster/support/test_agent.h"

namespace maintenance::testing {

/// What made a run worthless: neither right nor wrong. Owned by a run; thread-safe.
class Problems {
 public:
  void add(const std::string& text) {
    const std::lock_guard lock(mutex_);
    texts_.push_back(text);
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    const std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> texts_;
};

/// An agent behind the proxy, with the real agent's HTTP client, and its reconciler, which nobody
/// has to ring. Borrows stage, proxy and clock; owned by a run; thread-safe.
class ProxiedAgent {
 public:
  ProxiedAgent(Stage& stage, const FaultProxy& proxy, RunClock& clock, TestAgent::Patience limits,
               Progress& progress);
  ~ProxiedAgent();
  ProxiedAgent(const ProxiedAgent&) = delete;
  ProxiedAgent& operator=(const ProxiedAgent&) = delete;
  [[nodiscard]] TestAgent& agent() noexcept { return agent_; }

 private:
  http::Watchdog watchdog_;
  http::KeepingTransport transport_;
  TestAgent agent_;
  agent::Log log_;
  agent::Metrics metrics_;
  agent::Reconciler reconciler_;
  std::jthread thread_;  ///< last: uses what is above
};

/// Somebody with kubectl: changes keys of the ConfigMap that are nobody's pods, annotations and
/// labels, straight at the API server. Borrows everything; one thread of its own.
class Foreigner {
 public:
  struct Parts {
    Stage& stage;
    std::string config_map;
    const RunClock& clock;
    Problems& problems;
    Progress& progress;
    std::uint64_t seed = 0;
    /// Every key counts as a pod in maintenance, and an OrderedReady cluster then admits nobody.
    bool few_keys = false;
  };
  explicit Foreigner(const Parts& parts);
  /// Ends it. When each of its writes was committed, by resourceVersion.
  [[nodiscard]] std::map<std::string, Span> finish();

 private:
  void run(const std::stop_token& stop);
  void write();
  void edit();
  [[nodiscard]] std::string next_patch();
  void note(const http::Response& answer, Moment from);

  Parts parts_;
  std::mt19937_64 random_;
  int writes_ = 0;
  bool key_is_there_ = false;
  std::map<std::string, Span> commits_;
  std::jthread thread_;  ///< last: uses what is above
};

/// Plays StatefulSet controller and kubelet: what terminates is made anew, at its gate when the
/// pod has a record and Ready when not, and what is at its gate without a record becomes Ready.
/// Borrows everything; one thread of its own.
class PodKeeper {
 public:
  PodKeeper(Stage& stage, const std::vector<SetShape>& sets, const Observer& observer,
            Problems& problems, Progress& progress);

 private:
  void run(const std::stop_token& stop);
  void look();
  void keep(const SetShape& set, int ordinal, const text::JsonView* pod, bool recorded);

  Stage& stage_;
  const std::vector<SetShape>& sets_;
  const Observer& observer_;
  Problems& problems_;
  Progress& progress_;
  int changes_left_ = 0;
  std::jthread thread_;  ///< last: uses what is above
};

}  // namespace maintenance::testing
