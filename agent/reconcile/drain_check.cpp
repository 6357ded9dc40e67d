#include "agent/reconcile/drain_check.h"

#include "agent/reconcile/report.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

/// Enough for the kubelet's sentence; it is shown in one line of a table.
constexpr std::size_t note_bytes_max = 200;

text::Timestamp earliest_time(const Record& record, text::Timestamp now) {
  return (record.since ? *record.since : now - unknown_since) - clock_difference_max;
}

}  // namespace

std::map<std::string, std::string> failed_drains(const std::vector<kube::SeenEvent>& events,
                                                 const Snapshot& snapshot,
                                                 const std::set<std::string>& pods,
                                                 text::Timestamp now) {
  std::map<std::string, std::string> out;
  for (const kube::SeenEvent& event : events) {
    const std::string& pod = event.regarding_name;
    if (event.reason != drain_failed_reason || !event.time || !pods.contains(pod)) continue;
    const kube::Pod* found = snapshot.find_pod(pod);
    const auto record = snapshot.records.find(pod);
    if (found == nullptr || record == snapshot.records.end()) continue;
    // Its own hook has not run yet: it is about the pod before it.
    if (event.regarding_uid == found->metadata.uid) continue;
    if (*event.time < earliest_time(record->second, now)) continue;
    out[pod] = text::printable(event.note, note_bytes_max);
  }
  return out;
}

void DrainCheck::check(kube::Client& client, const Snapshot& snapshot, text::Timestamp now) {
  std::map<std::string, std::string> held;
  std::set<std::string> unknown;
  for (const auto& [name, record] : snapshot.records) {
    if (!is_held(snapshot, name)) continue;
    const std::string& uid = snapshot.find_pod(name)->metadata.uid;
    const auto known = checked_.find(name);
    if (known != checked_.end() && known->second == uid) {
      held.insert(*known);
    } else {
      unknown.insert(name);
    }
  }
  checked_ = std::move(held);
  if (unknown.empty()) return;
  const auto events = client.list_events(drain_failed_reason);
  if (!events) {
    parts_.log.warn("drain_unknown", {{"cause", events.error().message()}});
    return;
  }
  const auto failed = failed_drains(*events, snapshot, unknown, now);
  for (const std::string& pod : unknown) {
    const std::string& uid = snapshot.find_pod(pod)->metadata.uid;
    const auto found = failed.find(pod);
    if (found == failed.end() || mark(client, pod, uid, found->second)) checked_[pod] = uid;
  }
}

bool DrainCheck::mark(kube::Client& client, const std::string& pod, const std::string& uid,
                      const std::string& note) {
  const auto marked = client.annotate_pod(pod, drain_failed_annotation, note, uid);
  if (!marked) {
    parts_.log.warn("drain_failed_unmarked", {{"pod", pod}, {"cause", marked.error().message()}});
    // Another pod by now: that one will be looked at.
    return marked.error().kind == ErrorKind::conflict ||
           marked.error().kind == ErrorKind::not_found;
  }
  parts_.log.warn("drain_failed", {{"pod", pod}, {"cause", note}});
  if (parts_.tell) {
    parts_.tell(
        {HappeningKind::drain_failed, pod, uid, uid, "drain failed before it was held: " + note});
  }
  return true;
}

}  // namespace maintenance::agent
