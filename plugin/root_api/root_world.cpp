#include "plugin/root_api/root_world.h"

#include <algorithm>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

constexpr const char* dc_label = "cassandra-cluster-dc";

std::string label_of(const kube::Labels& labels, const char* name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string() : found->second;
}

std::string owner_of(const kube::Pod* pod) {
  const bool owned = pod != nullptr && pod->metadata.controller_kind == "StatefulSet";
  return owned ? pod->metadata.controller_name : std::string();
}

/// Of a StatefulSet that has it, the pods that are in maintenance besides these.
std::vector<std::string> others_held(const RootWorld& world, const std::string& set,
                                     const std::set<std::string>& targets) {
  std::vector<std::string> out;
  for (const auto& [name, record] : world.records) {
    // A pod that is gone is known by its name alone.
    const kube::Pod* pod = world.find_pod(name);
    const bool of_set = pod != nullptr ? owner_of(pod) == set : name.rfind(set + "-", 0) == 0;
    if (of_set && !targets.contains(name)) out.push_back(name);
  }
  return out;
}

std::string command_that_releases(const std::vector<std::string>& pods) {
  std::string out = "kubectl maintenance disable pod";
  for (const std::string& pod : pods)
    out += " " + pod;
  return out;
}

std::optional<Finding> check_order(const RootWorld& world, const kube::StatefulSet& set,
                                   const std::set<std::string>& targets) {
  const std::string& name = set.metadata.name;
  const auto of_set = std::count_if(targets.begin(), targets.end(), [&](const std::string& pod) {
    return owner_of(world.find_pod(pod)) == name;
  });
  if (set.pod_management_policy == "Parallel" || of_set == 0) return std::nullopt;
  const auto held = others_held(world, name, targets);
  if (of_set + static_cast<std::ptrdiff_t>(held.size()) <= 1) return std::nullopt;
  const std::string message = "StatefulSet " + name + " has podManagementPolicy " +
                              set.pod_management_policy +
                              ": one of its pods can be in maintenance at a time";
  const std::string remedy = held.empty() ? "name one pod" : command_that_releases(held);
  return Finding{"ordered-ready", GuardKind::hard, true, message, held, remedy};
}

std::optional<Finding> check_gate(const RootWorld& world, const std::string& name) {
  const ContainerNames names;
  const kube::Pod* pod = world.find_pod(name);
  if (pod == nullptr || kube::find_container(pod->spec.init_containers, names.gate) != nullptr) {
    return std::nullopt;
  }
  return Finding{"no-gate", GuardKind::hard,
                 true,      "pod " + name + " has no init container " + names.gate,
                 {name},    "add the gate to its StatefulSet"};
}

}  // namespace

const kube::Pod* RootWorld::find_pod(const std::string& name) const noexcept {
  const auto found = std::find_if(pods.begin(), pods.end(),
                                  [&](const kube::Pod& pod) { return pod.metadata.name == name; });
  return found == pods.end() ? nullptr : &*found;
}

std::set<std::string> RootWorld::pods_of_dc(const std::string& dc) const {
  std::set<std::string> out;
  for (const kube::Pod& pod : pods) {
    if (label_of(pod.metadata.labels, dc_label) == dc) out.insert(pod.metadata.name);
  }
  return out;
}

std::optional<PodReport> root_pod_report(const RootWorld& world, const std::string& name) {
  const kube::Pod* pod = world.find_pod(name);
  const auto record = world.records.find(name);
  const bool recorded = record != world.records.end();
  if (pod == nullptr && !recorded) return std::nullopt;
  const Reality reality = observe(pod, ContainerNames{});
  PodReport report;
  report.name = name;
  report.wish = recorded ? Wish::in : Wish::out;
  report.state = compute_state(report.wish, reality);
  report.reality = describe(reality);
  report.stateful_set = owner_of(pod);
  if (recorded) report.record = record->second;
  if (pod != nullptr) {
    report.uid = pod->metadata.uid;
    report.dc = label_of(pod->metadata.labels, dc_label);
  }
  return report;
}

ClusterReport root_cluster_report(const RootWorld& world) {
  ClusterReport report;
  report.cluster = world.cluster;
  report.namespace_name = world.namespace_name;
  report.config_map = world.config_map;
  report.agent_version = "unknown";
  std::set<std::string> owners;
  std::set<std::string> names;
  for (const kube::Pod& pod : world.pods) {
    owners.insert(owner_of(&pod));
    names.insert(pod.metadata.name);
  }
  for (const auto& [name, record] : world.records)
    names.insert(name);
  for (const kube::StatefulSet& set :
       world.stateful_sets.value_or(std::vector<kube::StatefulSet>())) {
    if (!owners.contains(set.metadata.name)) continue;
    report.stateful_sets.push_back({set.metadata.name, label_of(set.template_labels, dc_label),
                                    set.pod_management_policy, set.replicas});
  }
  for (const std::string& name : names) {
    if (auto pod = root_pod_report(world, name)) report.pods.push_back(std::move(*pod));
  }
  return report;
}

Verdict root_verdict(const RootWorld& world, const std::set<std::string>& targets) {
  Verdict out;
  for (const std::string& pod : targets) {
    if (auto finding = check_gate(world, pod)) out.findings.push_back(std::move(*finding));
  }
  for (const kube::StatefulSet& set :
       world.stateful_sets.value_or(std::vector<kube::StatefulSet>())) {
    if (auto finding = check_order(world, set, targets))
      out.findings.push_back(std::move(*finding));
  }
  out.findings.push_back({"old-server",
                          GuardKind::warning,
                          false,
                          "this server has no policy of its own: only podManagementPolicy and the "
                          "gate were looked at, "
                          "and it keeps neither who nor why",
                          {},
                          ""});
  return out;
}

}  // namespace maintenance::plugin
