#include "agent/reconcile/report.h"

#include "agent/reconcile/drain_check.h"
#include "common/text/duration.h"

namespace maintenance::agent {
namespace {

/// A recorded pod that does not exist is on its way for this long, and missing afterwards: far
/// longer than a controller needs, and than a person waits before asking why.
constexpr std::chrono::minutes on_its_way{15};

bool is_on_its_way(const Snapshot& snapshot, const std::string& pod, const Record& record,
                   text::Timestamp now) {
  return snapshot.find_pod(pod) == nullptr && snapshot.is_expected(pod) && record.since &&
         now - *record.since < on_its_way;
}

Reality reality_of(const Snapshot& snapshot, const std::string& pod, text::Timestamp now) {
  Reality reality = observe(snapshot.find_pod(pod), snapshot.containers);
  const auto record = snapshot.records.find(pod);
  reality.restart_pending =
      record != snapshot.records.end() && is_on_its_way(snapshot, pod, record->second, now);
  return reality;
}

Wish wish_of(const Snapshot& snapshot, const std::string& pod) {
  return snapshot.records.contains(pod) ? Wish::in : Wish::out;
}

std::vector<std::string> warnings_for(State state, const std::string& pod) {
  const std::string again = "kubectl maintenance enable pod " + pod;
  const std::string out = "kubectl maintenance disable pod " + pod;
  if (state == State::drifted) {
    return {
        "Cassandra runs although the pod is recorded as in maintenance; restart it into its "
        "gate with '" +
        again + "', or take it out with '" + out + "'"};
  }
  if (state == State::missing) {
    return {
        "there is no such pod, and if it is created again it will be held; remove its record "
        "with '" +
        out + "'"};
  }
  return {};
}

/// Marked by the agent (DrainCheck) when the pod that was restarted could not drain.
std::vector<std::string> drain_warnings(const kube::Pod* pod) {
  if (pod == nullptr) return {};
  const auto mark = pod->metadata.annotations.find(drain_failed_annotation);
  if (mark == pod->metadata.annotations.end()) return {};
  return {"drain failed before it was held (" + mark->second +
          "): Cassandra replays its commit log when it starts again"};
}

/// While a pod of an OrderedReady set is held, its controller looks at nobody above it.
std::vector<std::string> order_warnings(const Snapshot& snapshot, const std::string& pod) {
  const kube::StatefulSet* set = snapshot.owner_of(pod);
  const auto name = split_ordinal(pod);
  if (set == nullptr || !name || !is_ordered(*set)) return {};
  const std::int64_t highest = set->first_ordinal + set->replicas - 1;
  if (name->ordinal >= highest) return {};
  const std::string first = name->stateful_set + "-" + std::to_string(name->ordinal + 1);
  const std::string last = name->stateful_set + "-" + std::to_string(highest);
  return {"until it is out of maintenance, no pod above it is healed, created or updated (" +
          (first == last ? first : first + " to " + last) + "): podManagementPolicy OrderedReady"};
}

/// What a long hold costs: the other replicas keep hints for a while only, and a replica that comes
/// back after gc_grace may bring deleted rows back to life.
std::vector<std::string> long_hold_warnings(const Record& record, const HoldLimits& limits,
                                            text::Timestamp now) {
  if (!record.since) return {};
  const auto held = now - *record.since;
  if (held > limits.gc_grace) {
    return {"held for longer than gc_grace_seconds (" + text::format_duration(limits.gc_grace) +
            "): deleted rows may come back; remove the node from the ring and let it join anew "
            "instead of starting it [long-hold]"};
  }
  if (held > limits.hint_window) {
    return {"held for longer than the hint window (" + text::format_duration(limits.hint_window) +
            "): run a repair of it when it is back [long-hold]"};
  }
  return {};
}

std::string cluster_name(const Snapshot& snapshot, const Settings& settings) {
  const std::string fixed = settings.selector.required_value(settings.instance_label);
  if (!fixed.empty()) return fixed;
  for (const auto& [name, pod] : snapshot.pods) {
    const auto label = pod->metadata.labels.find(settings.instance_label);
    if (label != pod->metadata.labels.end()) return label->second;
  }
  const std::string& map = settings.config_map;
  const auto suffix = map.rfind("-maintenance-configmap");
  return suffix == std::string::npos ? map : map.substr(0, suffix);
}

}  // namespace

State state_of(const Snapshot& snapshot, const std::string& pod, text::Timestamp now) {
  return compute_state(wish_of(snapshot, pod), reality_of(snapshot, pod, now));
}

PodReport make_pod_report(const Snapshot& snapshot, const std::string& pod, text::Timestamp now) {
  PodReport report;
  report.name = pod;
  report.dc = snapshot.dc_of(pod);
  const kube::Pod* found = snapshot.find_pod(pod);
  if (found != nullptr) {
    report.uid = found->metadata.uid;
    if (found->metadata.controller_kind == "StatefulSet") {
      report.stateful_set = found->metadata.controller_name;
    }
  } else if (const kube::StatefulSet* set = snapshot.owner_of(pod)) {
    report.stateful_set = set->metadata.name;
  }
  const Reality reality = reality_of(snapshot, pod, now);
  const auto record = snapshot.records.find(pod);
  report.wish = wish_of(snapshot, pod);
  if (record != snapshot.records.end()) report.record = record->second;
  report.state = compute_state(report.wish, reality);
  report.reality = describe(reality);
  report.warnings = warnings_for(report.state, pod);
  if (report.record) {
    for (std::string& warning : drain_warnings(found))
      report.warnings.push_back(std::move(warning));
    if (report.state == State::held) {
      for (std::string& warning : order_warnings(snapshot, pod))
        report.warnings.push_back(std::move(warning));
    }
    for (std::string& warning : long_hold_warnings(*report.record, snapshot.hold_limits, now))
      report.warnings.push_back(std::move(warning));
  }
  return report;
}

ClusterReport make_cluster_report(const Snapshot& snapshot, const Settings& settings,
                                  const std::string& namespace_name, text::Timestamp now) {
  ClusterReport report;
  report.cluster = cluster_name(snapshot, settings);
  report.namespace_name = namespace_name;
  report.config_map = settings.config_map;
  report.agent_version = MAINTENANCE_VERSION;
  // Also those that are on their way: a replica that is missing must not be missing here as well.
  std::set<std::string> pods = snapshot.absent_pods();
  for (const auto& [name, pod] : snapshot.pods)
    pods.insert(name);
  for (const auto& [name, record] : snapshot.records)
    pods.insert(name);
  std::set<std::string> owners;
  for (const std::string& pod : pods) {
    report.pods.push_back(make_pod_report(snapshot, pod, now));
    owners.insert(report.pods.back().stateful_set);
  }
  for (const auto& [name, set] : snapshot.stateful_sets) {
    if (!owners.contains(name) && !snapshot.selector.matches(set.template_labels)) continue;
    const auto dc = set.template_labels.find(settings.dc_label);
    report.stateful_sets.push_back(
        StatefulSetReport{name, dc == set.template_labels.end() ? "" : dc->second,
                          set.pod_management_policy, set.replicas});
  }
  return report;
}

bool is_held(const Snapshot& snapshot, const std::string& pod) {
  const Reality reality = observe(snapshot.find_pod(pod), snapshot.containers);
  return compute_state(wish_of(snapshot, pod), reality) == State::held;
}

}  // namespace maintenance::agent
