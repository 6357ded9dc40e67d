#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/text/json_members.h"

namespace maintenance::kube {

using Labels = std::map<std::string, std::string>;

struct Metadata {
  std::string name;
  std::string namespace_name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  Labels labels;
  std::map<std::string, std::string> annotations;
  std::string controller_kind;  ///< kind of the owner reference with controller=true
  std::string controller_name;
  bool terminating = false;  ///< deletionTimestamp is set
};

struct Container {
  std::string name;
  bool has_pre_stop = false;
  std::vector<std::string> config_maps;  ///< ConfigMaps that it mounts as volumes
  std::vector<std::int64_t> ports;
};

/// The parts of a pod specification (of a pod or of a template) that the policy looks at.
struct PodSpec {
  std::vector<Container> containers;
  std::vector<Container> init_containers;
  std::string node_name;
};

struct ContainerStatus {
  std::string name;
  bool running = false;
  bool terminated = false;
  bool ready = false;
  std::string started_at;      ///< RFC 3339, while running
  std::int64_t exit_code = 0;  ///< once terminated
};

struct Pod {
  Metadata metadata;
  PodSpec spec;
  std::string phase;
  bool ready = false;  ///< condition Ready
  std::vector<ContainerStatus> containers;
  std::vector<ContainerStatus> init_containers;
};

struct StatefulSet {
  Metadata metadata;
  std::string pod_management_policy;  ///< "OrderedReady" (also when absent) or "Parallel"
  std::int64_t replicas = 1;
  PodSpec pod_template;
  std::string current_revision;
  std::string update_revision;
  std::int64_t observed_generation = 0;
  Labels template_labels;          ///< labels that its pods get
  std::int64_t first_ordinal = 0;  ///< spec.ordinals.start
};

struct ConfigMap {
  Metadata metadata;
  std::map<std::string, std::string> data;
  Poco::JSON::Object::Ptr raw;  ///< the whole object, for those who show it
};

/// Readers of API objects; missing members read as empty. Never fail.
[[nodiscard]] Metadata read_metadata(const text::JsonView& object);
[[nodiscard]] Pod read_pod(const text::JsonView& object);
[[nodiscard]] StatefulSet read_stateful_set(const text::JsonView& object);
[[nodiscard]] ConfigMap read_config_map(const text::JsonView& object);

/// What these readers look at, for those who parse: whatever else an object has is not built.
[[nodiscard]] const text::Members& pod_members();
[[nodiscard]] const text::Members& stateful_set_members();
/// ... without the ConfigMap's `raw`, which has then nothing else either.
[[nodiscard]] const text::Members& config_map_members();

/// The container or status called `name`, or null.
[[nodiscard]] const Container* find_container(const std::vector<Container>& containers,
                                              const std::string& name) noexcept;
[[nodiscard]] const ContainerStatus* find_status(const std::vector<ContainerStatus>& statuses,
                                                 const std::string& name) noexcept;

}  // namespace maintenance::kube
