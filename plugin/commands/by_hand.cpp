#include "plugin/commands/by_hand.h"

#include "common/maintenance/state.h"
#include "common/text/names.h"

namespace maintenance::plugin {

std::string release_command(const kube::Pod& pod) {
  const std::string gate = ContainerNames{}.gate;
  const kube::Container* container = kube::find_container(pod.spec.init_containers, gate);
  const kube::ContainerStatus* status = kube::find_status(pod.init_containers, gate);
  if (container == nullptr || status == nullptr || !status->running) return {};
  if (container->config_maps.size() != 1) return {};
  const std::string& config_map = container->config_maps.front();
  // All of these become part of a command that a person may paste.
  for (const std::string& name : {config_map, pod.metadata.namespace_name, pod.metadata.name}) {
    if (!text::check_subdomain("name", name)) return {};
  }
  return "kubectl patch configmap " + config_map + " -n " + pod.metadata.namespace_name +
         " --type=json -p='[{\"op\":\"remove\",\"path\":\"/data/" + pod.metadata.name + "\"}]'";
}

}  // namespace maintenance::plugin
