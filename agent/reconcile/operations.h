#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/config/settings.h"
#include "agent/policy/plan.h"
#include "agent/policy/snapshot.h"
#include "agent/reconcile/cluster_view.h"
#include "agent/restart/release_worker.h"
#include "agent/store/random.h"
#include "agent/store/record_store.h"
#include "common/clock.h"
#include "common/kube/client.h"
#include "common/maintenance/verdict.h"
#include "common/result.h"
#include "common/text/timestamp.h"

namespace maintenance::agent {

/// What a request is about: one named pod, or every pod of a datacenter.
struct Target {
  std::string name;
  bool whole_dc = false;
};

/// Who wants it, and why. `id` marks the records that the request writes.
struct Intent {
  std::string id;
  std::string by;
  std::string reason;
  bool verified = false;  ///< `by` comes from a token that the API server has accepted
  std::optional<text::Timestamp> until = {};
  std::set<std::string> overrides = {};  ///< ids of soft guards that shall only warn
  bool strict = true;                    ///< soft guards refuse; otherwise all of them only warn
  bool dry_run = false;                  ///< judge, and change nothing
  bool force = false;                    ///< on leaving: also restart a pod that is at its gate
  std::optional<std::set<std::string>> allowed = {};  ///< no other pods; nothing: all of them

  /// Fails with `conflict` when one of `pods` is not among those that are allowed: it has come
  /// since they were looked up.
  [[nodiscard]] Result<void> covers(const std::set<std::string>& pods) const;
};

/// What became of one pod.
struct PodOutcome {
  std::string pod;
  std::string uid;       ///< empty when there is no such pod
  bool in = false;       ///< whether it has a record now
  bool changed = false;  ///< whether this request changed that
  std::optional<Error> failure;
  std::string aftermath = {};  ///< after a failure: what it leaves behind
  bool armed = false;  ///< after a failure: its record stays, and would hold it at its next restart

  /// The failure and what it leaves behind, in one text.
  [[nodiscard]] std::string explanation() const;
};

/// What became of a request, or would have with `dry_run`. When the verdict refuses, nothing has
/// been changed.
struct Outcome {
  Verdict verdict;
  std::vector<PodOutcome> pods;  ///< sorted by name
  std::string uid = {};          ///< of the pod that was asked for, when it was one that exists
  std::string config_map_version = {};  ///< resourceVersion that was written or found last
};

/// Brings wish and reality together on request: reads, judges, writes the wish, and makes the pods
/// follow it. Borrows everything; made anew for each request, with a client that is bounded by the
/// request's deadline; used by one thread.
class Operations {
 public:
  struct Parts {
    kube::Client& client;
    const Settings& settings;
    Clock& clock;
    Random& random;
    Turn& turn;
    ReleaseWorker& releases;
    const ClusterView* view = nullptr;  ///< null: everything is read anew
  };
  explicit Operations(const Parts& parts);

  /// Fails with `not_found` when no such pod or dc exists.
  [[nodiscard]] Result<Outcome> enter(const Target& target, const Intent& intent);
  [[nodiscard]] Result<Outcome> leave(const Target& target, const Intent& intent);
  /// Removes every record whose time is up, and lets its pod through.
  [[nodiscard]] Result<Outcome> expire();
  /// Brings a pod that was read before to its gate.
  [[nodiscard]] Result<void> restart(const kube::Pod& pod);
  /// How much the watches are trusted just after a change of our own, which they may not have seen.
  enum class Trust { once_caught_up, always };
  /// Everything about the cluster, as the watches have it where they are current.
  [[nodiscard]] Result<Snapshot> glance(Trust trust = Trust::once_caught_up);
  /// Everything about the cluster, read now.
  [[nodiscard]] Result<Snapshot> look();
  /// Everything about the pods of one datacenter, read now; of others, their records.
  [[nodiscard]] Result<Snapshot> look_at_dc(const std::string& dc);
  /// The same after a change, and without reading it all when the watches have seen what the change
  /// wrote: they then are fresher than a list of many pages.
  [[nodiscard]] Result<Snapshot> look_after(const Outcome& outcome, const std::string& dc);
  /// Everything about one pod. Fails with `not_found` when there is neither pod nor record, and no
  /// StatefulSet that wants such a pod.
  [[nodiscard]] Result<Snapshot> look_at_pod(const std::string& pod);
  /// The pods that a target means. Fails with `not_found` when there are none.
  [[nodiscard]] Result<std::set<std::string>> resolve(const Snapshot& snapshot,
                                                      const Target& target) const;
  [[nodiscard]] Result<kube::ConfigMap> config_map() { return store_.read(); }

 private:
  enum class Budgets { read, leave_out };
  [[nodiscard]] Result<Snapshot> look_around(const kube::ConfigMap& current, Budgets budgets);
  [[nodiscard]] Result<Snapshot> look_around(const kube::ConfigMap& current, Budgets budgets,
                                             const std::string& selector);
  [[nodiscard]] Result<Snapshot> look(const std::string& selector);
  [[nodiscard]] Result<void> add_pod(Snapshot& snapshot, const std::string& pod);
  [[nodiscard]] Error no_such_pod(const std::string& pod) const;
  [[nodiscard]] Outcome follow_plan(const Snapshot& snapshot, const EnterPlan& plan,
                                    const std::set<std::string>& targets, const Intent& intent);
  void take_back_failed(const EnterPlan& plan, const std::string& id, Outcome& outcome);
  [[nodiscard]] Result<void> take_back(const std::set<std::string>& pods, const std::string& id);
  [[nodiscard]] Result<Outcome> leave_pod(const std::string& pod, const Intent& intent);
  [[nodiscard]] Result<Outcome> leave_dc(const std::string& dc, const Intent& intent);
  void let_through(const Snapshot& snapshot, const Outcome& outcome,
                   const std::string& resource_version);
  void push_through(const Snapshot& snapshot, Outcome& outcome);

  Parts parts_;
  RecordStore store_;
};

}  // namespace maintenance::agent
