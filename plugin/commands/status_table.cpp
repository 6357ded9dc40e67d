#include "plugin/commands/status_table.h"

#include <algorithm>

#include "plugin/commands/natural_order.h"

namespace maintenance::plugin {
namespace {

std::string shown_by(const PodReport& pod) {
  if (!pod.record || pod.record->by.empty()) return "";
  return pod.record->by + (pod.record->verified ? "" : " (?)");
}

std::string shown_age(const PodReport& pod, const Clock& clock) {
  if (!pod.record || !pod.record->since) return "";
  return text::format_age(
      std::chrono::duration_cast<std::chrono::seconds>(clock.now() - *pod.record->since));
}

std::string policy_of(const PodReport& pod, const ClusterReport& report) {
  for (const StatefulSetReport& set : report.stateful_sets) {
    if (set.name == pod.stateful_set) return set.pod_management_policy;
  }
  return "";
}

}  // namespace

const std::string& target_of(const PodReport& pod, TargetKind kind) {
  return kind == TargetKind::pod ? pod.name : pod.dc;
}

bool is_wanted(const PodReport& pod, const std::optional<Targets>& targets) {
  if (!targets) return true;
  const auto& names = targets->names;
  return std::find(names.begin(), names.end(), target_of(pod, targets->kind)) != names.end();
}

std::vector<PodReport> choose_pods(const ClusterReport& report,
                                   const std::optional<Targets>& targets) {
  std::vector<PodReport> out;
  for (const PodReport& pod : report.pods) {
    if (is_wanted(pod, targets)) out.push_back(pod);
  }
  std::sort(out.begin(), out.end(), [](const PodReport& a, const PodReport& b) {
    return a.dc == b.dc ? natural_less(a.name, b.name) : natural_less(a.dc, b.dc);
  });
  return out;
}

TableRow status_heading(bool wide) {
  TableRow out{"NAME", "DC", "STATE", "WISH", "REALITY", "BY", "SINCE", "AGE", "REASON"};
  if (wide) out.insert(out.end(), {"STATEFULSET", "POLICY", "UNTIL"});
  return out;
}

TableRow status_row(const PodReport& pod, const ClusterReport& report, bool wide,
                    const Clock& clock) {
  const Record record = pod.record.value_or(Record{});
  TableRow row{pod.name,
               pod.dc,
               std::string(to_string(pod.state)),
               std::string(to_string(pod.wish)),
               pod.reality,
               shown_by(pod),
               time_cell(record.since),
               shown_age(pod, clock),
               record.reason};
  if (wide) {
    row.insert(row.end(), {pod.stateful_set, policy_of(pod, report), time_cell(record.until)});
  }
  return row;
}

}  // namespace maintenance::plugin
