#include "common/kube/objects.h"

#include <algorithm>

namespace maintenance::kube {
namespace {

using text::JsonView;
using text::Members;

Members metadata_members() {
  return Members{{{"name", {}},
                  {"namespace", {}},
                  {"uid", {}},
                  {"resourceVersion", {}},
                  {"generation", {}},
                  {"labels", {}},
                  {"annotations", {}},
                  {"deletionTimestamp", {}},
                  {"ownerReferences", {{{"controller", {}}, {"kind", {}}, {"name", {}}}}}}};
}

Members container_members() {
  return Members{{{"name", {}},
                  {"lifecycle", {{{"preStop", {}}}}},
                  {"volumeMounts", {{{"name", {}}}}},
                  {"ports", {{{"containerPort", {}}}}}}};
}

Members spec_members() {
  const Members map{{{"name", {}}}};
  return Members{{{"containers", container_members()},
                  {"initContainers", container_members()},
                  {"nodeName", {}},
                  {"volumes",
                   {{{"name", {}},
                     {"configMap", map},
                     {"projected", {{{"sources", {{{"configMap", map}}}}}}}}}}}};
}

Members status_members() {
  return Members{
      {{"name", {}},
       {"ready", {}},
       {"state", {{{"running", {{{"startedAt", {}}}}}, {"terminated", {{{"exitCode", {}}}}}}}}}};
}

/// Volume name -> ConfigMap name, including ConfigMaps inside projected volumes.
std::multimap<std::string, std::string> config_map_volumes(const JsonView& spec) {
  std::multimap<std::string, std::string> out;
  for (const JsonView& volume : spec.objects("volumes")) {
    const std::string name = volume.text("name");
    const std::string direct = volume.object("configMap").text("name");
    if (!direct.empty()) out.emplace(name, direct);
    for (const JsonView& source : volume.object("projected").objects("sources")) {
      const std::string projected = source.object("configMap").text("name");
      if (!projected.empty()) out.emplace(name, projected);
    }
  }
  return out;
}

std::vector<Container> read_containers(const JsonView& spec, const std::string& key) {
  const auto volumes = config_map_volumes(spec);
  std::vector<Container> out;
  for (const JsonView& container : spec.objects(key)) {
    Container value;
    value.name = container.text("name");
    value.has_pre_stop = container.object("lifecycle").has("preStop");
    for (const JsonView& mount : container.objects("volumeMounts")) {
      const auto [first, last] = volumes.equal_range(mount.text("name"));
      for (auto it = first; it != last; ++it)
        value.config_maps.push_back(it->second);
    }
    for (const JsonView& port : container.objects("ports")) {
      value.ports.push_back(port.number("containerPort"));
    }
    out.push_back(std::move(value));
  }
  return out;
}

PodSpec read_spec(const JsonView& spec) {
  return PodSpec{read_containers(spec, "containers"), read_containers(spec, "initContainers"),
                 spec.text("nodeName")};
}

std::vector<ContainerStatus> read_statuses(const JsonView& status, const std::string& key) {
  std::vector<ContainerStatus> out;
  for (const JsonView& entry : status.objects(key)) {
    const JsonView state = entry.object("state");
    const JsonView running = state.object("running");
    out.push_back(ContainerStatus{entry.text("name"), state.has("running"), state.has("terminated"),
                                  entry.flag("ready"), running.text("startedAt"),
                                  state.object("terminated").number("exitCode")});
  }
  return out;
}

bool is_ready(const JsonView& status) {
  const auto conditions = status.objects("conditions");
  return std::any_of(conditions.begin(), conditions.end(), [](const JsonView& condition) {
    return condition.text("type") == "Ready" && condition.text("status") == "True";
  });
}

template <class T>
const T* find_named(const std::vector<T>& values, const std::string& name) noexcept {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const T& v) { return v.name == name; });
  return found == values.end() ? nullptr : &*found;
}

}  // namespace

Metadata read_metadata(const JsonView& object) {
  const JsonView view = object.object("metadata");
  Metadata out;
  out.name = view.text("name");
  out.namespace_name = view.text("namespace");
  out.uid = view.text("uid");
  out.resource_version = view.text("resourceVersion");
  out.generation = view.number("generation");
  out.labels = view.text_map("labels");
  out.annotations = view.text_map("annotations");
  out.terminating = view.has("deletionTimestamp");
  for (const JsonView& owner : view.objects("ownerReferences")) {
    if (!owner.flag("controller")) continue;
    out.controller_kind = owner.text("kind");
    out.controller_name = owner.text("name");
  }
  return out;
}

Pod read_pod(const JsonView& object) {
  const JsonView status = object.object("status");
  Pod out;
  out.metadata = read_metadata(object);
  out.spec = read_spec(object.object("spec"));
  out.phase = status.text("phase");
  out.ready = is_ready(status);
  out.containers = read_statuses(status, "containerStatuses");
  out.init_containers = read_statuses(status, "initContainerStatuses");
  return out;
}

StatefulSet read_stateful_set(const JsonView& object) {
  const JsonView spec = object.object("spec");
  const JsonView status = object.object("status");
  StatefulSet out;
  out.metadata = read_metadata(object);
  const std::string policy = spec.text("podManagementPolicy");
  out.pod_management_policy = policy.empty() ? "OrderedReady" : policy;
  out.replicas = spec.number("replicas", 1);
  out.pod_template = read_spec(spec.object("template").object("spec"));
  out.current_revision = status.text("currentRevision");
  out.update_revision = status.text("updateRevision");
  out.observed_generation = status.number("observedGeneration");
  out.template_labels = spec.object("template").object("metadata").text_map("labels");
  out.first_ordinal = spec.object("ordinals").number("start");
  return out;
}

// Each table names what the functions above ask for; a test reads whole objects both ways.

const Members& pod_members() {
  static const Members members{{{"metadata", metadata_members()},
                                {"spec", spec_members()},
                                {"status",
                                 {{{"phase", {}},
                                   {"conditions", {{{"type", {}}, {"status", {}}}}},
                                   {"containerStatuses", status_members()},
                                   {"initContainerStatuses", status_members()}}}}}};
  return members;
}

const Members& stateful_set_members() {
  static const Members members{
      {{"metadata", metadata_members()},
       {"spec",
        {{{"podManagementPolicy", {}},
          {"replicas", {}},
          {"ordinals", {}},
          {"template", {{{"metadata", {{{"labels", {}}}}}, {"spec", spec_members()}}}}}}},
       {"status",
        {{{"currentRevision", {}}, {"updateRevision", {}}, {"observedGeneration", {}}}}}}};
  return members;
}

const Members& config_map_members() {
  static const Members members{{{"metadata", metadata_members()}, {"data", {}}}};
  return members;
}

ConfigMap read_config_map(const JsonView& object) {
  return ConfigMap{read_metadata(object), object.text_map("data"), object.raw()};
}

const Container* find_container(const std::vector<Container>& containers,
                                const std::string& name) noexcept {
  return find_named(containers, name);
}

const ContainerStatus* find_status(const std::vector<ContainerStatus>& statuses,
                                   const std::string& name) noexcept {
  return find_named(statuses, name);
}

}  // namespace maintenance::kube
