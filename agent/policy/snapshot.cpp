#include "agent/policy/snapshot.h"

#include <charconv>

namespace maintenance::agent {
namespace {

template <class T>
const T* find_in(const std::map<std::string, T>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

std::string label_of(const kube::Labels& labels, const std::string& key) {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string() : found->second;
}

bool wants_ordinal(const kube::StatefulSet& set, std::int64_t ordinal) {
  return ordinal >= set.first_ordinal && ordinal < set.first_ordinal + set.replicas;
}

}  // namespace

bool is_ordered(const kube::StatefulSet& set) {
  return set.pod_management_policy == "OrderedReady";
}

std::optional<OrdinalName> split_ordinal(const std::string& pod) {
  const auto dash = pod.rfind('-');
  if (dash == std::string::npos || dash == 0 || dash + 1 == pod.size()) return std::nullopt;
  const std::string digits = pod.substr(dash + 1);
  // "-007" is no name that the StatefulSet controller makes.
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  OrdinalName name{pod.substr(0, dash), 0};
  const char* end = digits.data() + digits.size();
  const auto [last, failure] = std::from_chars(digits.data(), end, name.ordinal);
  if (failure != std::errc() || last != end || name.ordinal < 0) return std::nullopt;
  return name;
}

const kube::Pod* Snapshot::find_pod(const std::string& name) const {
  const auto found = pods.find(name);
  return found == pods.end() ? nullptr : found->second.get();
}

const kube::StatefulSet* Snapshot::owner_of(const std::string& pod) const {
  if (const kube::Pod* found = find_pod(pod)) {
    if (found->metadata.controller_kind != "StatefulSet") return nullptr;
    return find_in(stateful_sets, found->metadata.controller_name);
  }
  const auto name = split_ordinal(pod);
  return name ? find_in(stateful_sets, name->stateful_set) : nullptr;
}

bool Snapshot::is_selected(const kube::Pod& pod) const {
  return selector.matches(pod.metadata.labels);
}

bool Snapshot::is_expected(const std::string& pod) const {
  if (const kube::Pod* found = find_pod(pod)) return is_selected(*found);
  const auto name = split_ordinal(pod);
  const kube::StatefulSet* set = owner_of(pod);
  return name && set != nullptr && wants_ordinal(*set, name->ordinal) &&
         selector.matches(set->template_labels);
}

std::string Snapshot::dc_of(const std::string& pod) const {
  if (const kube::Pod* found = find_pod(pod)) return label_of(found->metadata.labels, dc_label);
  const kube::StatefulSet* set = owner_of(pod);
  return set == nullptr ? std::string() : label_of(set->template_labels, dc_label);
}

std::set<std::string> Snapshot::absent_pods() const {
  std::set<std::string> names;
  for (const auto& [set_name, set] : stateful_sets) {
    if (!selector.matches(set.template_labels)) continue;
    for (std::int64_t i = 0; i < set.replicas; ++i) {
      std::string name = set_name + "-" + std::to_string(set.first_ordinal + i);
      if (!pods.contains(name)) names.insert(std::move(name));
    }
  }
  return names;
}

std::set<std::string> Snapshot::ordered_sets() const {
  std::set<std::string> names;
  for (const auto& [name, set] : stateful_sets) {
    if (is_ordered(set) && selector.matches(set.template_labels)) names.insert(name);
  }
  return names;
}

std::set<std::string> Snapshot::pods_of_dc(const std::string& dc) const {
  std::set<std::string> names;
  for (const auto& [name, pod] : pods) {
    if (is_selected(*pod) && dc_of(name) == dc) names.insert(name);
  }
  for (const std::string& name : absent_pods()) {
    if (dc_of(name) == dc) names.insert(name);
  }
  return names;
}

std::set<std::string> Snapshot::pods_and_records_of_dc(const std::string& dc) const {
  std::set<std::string> names = pods_of_dc(dc);
  for (const auto& [pod, record] : records) {
    if (!pods.contains(pod) && dc_of(pod) == dc) names.insert(pod);
  }
  return names;
}

}  // namespace maintenance::agent
