#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "agent/observe/log.h"
#include "agent/reconcile/assess.h"
#include "agent/reconcile/chronicle.h"
#include "agent/reconcile/doorbell.h"
#include "agent/reconcile/drain_check.h"
#include "agent/reconcile/operations.h"
#include "agent/reconcile/ordered_note.h"

namespace maintenance::agent {

/// How patiently the agent acts without being asked.
struct ReconcilerTiming {
  /// A difference must last this long before anything is restarted: a request that is being carried
  /// out has 10 s, and 5 s more to take back what it wrote.
  std::chrono::milliseconds settle{16'000};
  std::chrono::milliseconds retry_first{10'000};  ///< after a restart that was refused
  std::chrono::milliseconds retry_max{300'000};
  /// Without any event everything is compared again this often.
  std::chrono::milliseconds tick{60'000};
};

/// Brings reality after the wish when nobody asks: resumes what a crash interrupted, restarts
/// `drifted` pods, lets pods through whose record is gone, removes records whose time is up, and
/// stops with an alarm on records that break a hard guard. Level-triggered: each pass compares all
/// of it, and remembers nothing but how long to wait. What it has seen in the watches is read anew
/// before anything is restarted. Borrows everything; one thread at a time.
class Reconciler {
 public:
  struct Parts {
    const kube::Client& client;
    Operations::Parts shared;  ///< what it has in common with requests; its client is not used
    Log& log;
    Metrics& metrics;
    ReconcilerTiming timing = {};
    Tell tell = {};
  };
  explicit Reconciler(const Parts& parts)
      : parts_(parts),
        chronicle_({parts.log, parts.metrics, parts.tell}),
        drains_({parts.log, parts.tell}),
        ordered_note_(parts.log) {}

  /// Compares and acts once. Gives back when to come again without any event.
  [[nodiscard]] Deadline pass();

 private:
  /// Since when a pod differs, and how its restarts went.
  struct Difference {
    std::string of;  ///< uid of the pod and id of the record: another one starts anew
    Deadline act_at;
    std::chrono::milliseconds wait{0};
  };
  [[nodiscard]] std::optional<Snapshot> look();
  void say(const Assessment& found);
  void check_drains(const Snapshot& seen);
  void keep_ordered_note(const Snapshot& seen);
  void note_expired(const PodOutcome& one);
  /// True when something has changed, so that it has to be compared anew.
  [[nodiscard]] bool expire(const Assessment& found);
  void release(const Snapshot& seen, const Assessment& found);
  void restart_due(const Snapshot& seen, const Assessment& found);
  void restart(const std::set<std::string>& due);
  void restart_one(const Snapshot& fresh, const std::string& pod);
  [[nodiscard]] Deadline next_pass(const Assessment& found) const;
  [[nodiscard]] Deadline now() const { return parts_.shared.clock.steady_now(); }
  /// Calls `work` with Operations that have 10 s.
  void with_operations(const std::function<void(Operations&)>& work);

  Parts parts_;
  Chronicle chronicle_;
  DrainCheck drains_;
  OrderedNote ordered_note_;
  std::map<std::string, Difference> differences_;
  std::map<std::string, std::string> released_;  ///< pod -> uid that is being let through
  std::set<std::string> said_missing_;
  std::string said_violation_;
};

/// Runs a Reconciler in a thread of its own, whenever the doorbell rings and at its own times.
/// Borrows both; ends in its destructor at the latest.
class ReconcilerThread {
 public:
  ReconcilerThread(Reconciler& reconciler, Doorbell& doorbell, const Clock& clock);
  ~ReconcilerThread();
  ReconcilerThread(const ReconcilerThread&) = delete;
  ReconcilerThread& operator=(const ReconcilerThread&) = delete;
  /// Ends it after the call it is in; returns at once.
  void request_stop() { doorbell_.close(); }
  [[nodiscard]] bool stopped() const noexcept { return stopped_.load(); }

 private:
  void run();

  Reconciler& reconciler_;
  Doorbell& doorbell_;
  const Clock& clock_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;  ///< last: starts when everything else exists
};

}  // namespace maintenance::agent
