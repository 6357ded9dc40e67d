#pragma once

#include <string>

#include "agent/observe/log.h"
#include "agent/policy/snapshot.h"
#include "common/clock.h"
#include "common/kube/client.h"

namespace maintenance::agent {

/// Annotation of the maintenance ConfigMap: the cluster's OrderedReady StatefulSets, in order,
/// separated by commas; absent when there is none. For whoever cannot read StatefulSets: the
/// admission policy of protect-held-pods, which refuses hand edits that the agent would refuse.
inline constexpr const char* ordered_ready_annotation = "cassandra-maintenance/ordered-ready";

/// After an attempt to write it, the next one waits this long: agents that do not agree with each
/// other must not write all the time.
inline constexpr std::chrono::seconds ordered_note_rest{10};

/// What the annotation should say of this cluster. Pure.
[[nodiscard]] std::string wanted_ordered_note(const Snapshot& snapshot);
/// What it says; empty when it is not there.
[[nodiscard]] std::string ordered_note_of(const kube::ConfigMap& config_map);

/// Keeps the annotation true. Borrows the log; owned and used by the reconciler's thread.
class OrderedNote {
 public:
  explicit OrderedNote(Log& log) : log_(log) {}

  /// Writes it when it is not what it should be, on the condition that the ConfigMap still is what
  /// the snapshot is of. What fails is tried again with a later call.
  void keep(kube::Client& client, const Snapshot& snapshot, Deadline now);

 private:
  Log& log_;
  Deadline next_ = Deadline::min();
  std::string said_;  ///< the last failure, said once
};

}  // namespace maintenance::agent
