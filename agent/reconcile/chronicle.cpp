#include "agent/reconcile/chronicle.h"

#include <algorithm>

#include "agent/reconcile/report.h"

namespace maintenance::agent {
namespace {

using std::chrono::milliseconds;

milliseconds between(text::Timestamp from, text::Timestamp to) {
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(to - from));
}

bool is_out(State state) {
  return state == State::normal || state == State::starting;
}

/// Every pod of the cluster, and every record whose pod is not there.
std::set<std::string> names(const Snapshot& snapshot) {
  std::set<std::string> out;
  for (const auto& [name, pod] : snapshot.pods) {
    if (snapshot.is_selected(*pod)) out.insert(name);
  }
  for (const auto& [name, record] : snapshot.records)
    out.insert(name);
  return out;
}

}  // namespace

Chronicle::Sight Chronicle::sight(const Snapshot& snapshot, const std::string& pod,
                                  text::Timestamp now) const {
  Sight out;
  out.state = state_of(snapshot, pod, now);
  const kube::Pod* found = snapshot.find_pod(pod);
  if (found != nullptr) out.uid = found->metadata.uid;
  const auto record = snapshot.records.find(pod);
  if (record != snapshot.records.end()) out.in_since = record->second.since;
  return out;
}

void Chronicle::look(const Snapshot& snapshot, const Assessment& found, text::Timestamp now) {
  ClusterFigures figures;
  figures.violations = found.violation.size();
  std::map<std::string, Sight> seen;
  for (const std::string& pod : names(snapshot)) {
    Sight after = sight(snapshot, pod, now);
    ++figures.pods[static_cast<std::size_t>(after.state)];
    if (after.in_since && (!figures.oldest_hold || *after.in_since < *figures.oldest_hold)) {
      figures.oldest_hold = after.in_since;
    }
    const auto before = sights_.find(pod);
    compare(pod, before == sights_.end() ? nullptr : &before->second, after, now);
    seen.emplace(pod, std::move(after));
  }
  sights_ = std::move(seen);
  last_look_ = now;
  parts_.metrics.note_cluster(figures);
}

void Chronicle::compare(const std::string& pod, const Sight* before, Sight& after,
                        text::Timestamp now) {
  if (after.state == State::held) {
    const bool was_held =
        before != nullptr && before->state == State::held && before->uid == after.uid;
    if (!was_held) note_held(pod, after, now, before != nullptr);
  }
  if (after.state == State::leaving) {
    after.leaving_since = before != nullptr && before->leaving_since ? before->leaving_since : now;
  }
  if (before == nullptr || !is_out(after.state)) return;
  // A gate that ended between two looks was never seen to be leaving.
  if (before->state == State::leaving || before->state == State::held) {
    note_let_through(*before, now);
  }
  after.returning = before->returning || !is_out(before->state);
  if (after.returning && after.state == State::normal) {
    note_back(pod, after);
    after.returning = false;
  }
}

void Chronicle::note_held(const std::string& pod, const Sight& after, text::Timestamp now,
                          bool watched) {
  if (!watched && (!after.in_since || now - *after.in_since > untold_hold_max)) return;
  std::string took;
  if (after.in_since && watched) {
    const auto time = between(*after.in_since, now);
    parts_.metrics.note_time_to_held(time);
    took = std::to_string(time.count());
  }
  parts_.log.info("held", {{"pod", pod}, {"uid", after.uid}, {"took_ms", took}});
  if (!parts_.tell) return;
  parts_.tell({HappeningKind::held, pod, after.uid, after.uid,
               "held at its gate, Cassandra is not started; take it out with: kubectl maintenance "
               "disable pod " +
                   pod});
}

void Chronicle::note_let_through(const Sight& before, text::Timestamp now) {
  const auto since = before.leaving_since ? before.leaving_since : last_look_;
  if (since) parts_.metrics.note_time_to_leave(between(*since, now));
}

void Chronicle::note_back(const std::string& pod, const Sight& after) {
  parts_.log.info("back", {{"pod", pod}, {"uid", after.uid}, {"outcome", "Ready again"}});
  if (parts_.tell) {
    parts_.tell({HappeningKind::back, pod, after.uid, after.uid,
                 "out of maintenance, Cassandra is Ready again"});
  }
}

}  // namespace maintenance::agent
