#include "tests/cluster/support/overlay.h"

#include <filesystem>
#include <stdexcept>

#include "tests/cluster/support/program.h"

namespace maintenance::testing {
namespace {

constexpr const char* settings_yaml = R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: maintenance-agent-settings
  labels: {cassandra-cluster-instance: demo}
data:
  CONFIGMAP_NAME: demo-maintenance-configmap
  CASSANDRA_ENDPOINT_LABELS: cassandra-cluster-component=cassandra,cassandra-cluster-instance=demo
)";

}  // namespace

void apply_overlay(Stage& stage, const std::string& name_prefix,
                   const std::vector<std::string>& components) {
  const TempFolder folder;
  const std::filesystem::path deploy =
      std::filesystem::relative(std::string(MAINTENANCE_SOURCE_FOLDER) + "/agent/deploy",
                                std::filesystem::canonical(folder.path()));
  std::string all = (deploy / "components/instance").string();
  for (const std::string& component : components)
    all += ", " + (deploy / "components" / component).string();
  (void)folder.write("settings.yaml", settings_yaml);
  (void)folder.write("kustomization.yaml", "namespace: " + stage.namespace_name() +
                                               "\nnamePrefix: " + name_prefix + "\nresources: [" +
                                               (deploy / "base").string() +
                                               ", settings.yaml]\ncomponents: [" + all + "]\n");
  // Its own HOME: kubectl keeps a cache there.
  const Finished applied =
      run_program({stage.cluster().kubectl, "apply", "--kustomize", folder.path().string()},
                  {{"KUBECONFIG", stage.cluster().kubeconfig}, {"HOME", folder.path().string()}});
  if (applied.exit_code != 0) throw std::runtime_error(applied.standard_error);
}

}  // namespace maintenance::testing
