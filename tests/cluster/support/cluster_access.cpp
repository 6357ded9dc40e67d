#include "tests/cluster/support/cluster_access.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "common/text/base64.h"
#include "tests/cluster/support/program.h"

namespace maintenance::testing {
namespace {

const std::string cluster_script =
    std::string(MAINTENANCE_SOURCE_FOLDER) + "/tests/cluster/cluster.sh";

std::string decoded(const YAML::Node& node, const std::string& key) {
  const auto bytes = text::base64_decode(node[key].as<std::string>());
  if (!bytes) throw std::runtime_error("the kubeconfig's " + key + " is no base64");
  return *bytes;
}

/// The kubeconfig's path in the first line of `cluster.sh env`: export KUBECONFIG=PATH
std::string kubeconfig_path() {
  const std::string name = MAINTENANCE_TEST_CLUSTER;
  const Finished env = run_program({cluster_script, "env", "--name", name});
  const std::string before = "export KUBECONFIG=";
  const auto begin = env.standard_output.find(before);
  if (env.exit_code != 0 || begin == std::string::npos) {
    throw std::runtime_error("no cluster: run ctest, or type " + cluster_script + " up --name " +
                             name + " --control-plane");
  }
  const auto from = begin + before.size();
  return env.standard_output.substr(from, env.standard_output.find('\n', from) - from);
}

}  // namespace

ClusterAccess local_cluster() {
  ClusterAccess out;
  out.kubeconfig = kubeconfig_path();
  out.kubectl = std::filesystem::path(out.kubeconfig).parent_path() / "bin" / "kubectl";
  const YAML::Node file = YAML::LoadFile(out.kubeconfig);
  const YAML::Node cluster = file["clusters"][0]["cluster"];
  const YAML::Node user = file["users"][0]["user"];
  auto endpoint = http::parse_endpoint(cluster["server"].as<std::string>());
  if (!endpoint) throw std::runtime_error(endpoint.error().message());
  out.admin.endpoint = *endpoint;
  http::TlsSettings& tls = out.admin.endpoint.tls_settings;
  tls.ca_pem = decoded(cluster, "certificate-authority-data");
  tls.client_cert_pem = decoded(user, "client-certificate-data");
  tls.client_key_pem = decoded(user, "client-key-data");
  return out;
}

kube::Access access_with_token(const ClusterAccess& cluster, std::string token,
                               std::string namespace_name) {
  kube::Access access = cluster.admin;
  access.endpoint.tls_settings.client_cert_pem.clear();
  access.endpoint.tls_settings.client_key_pem.clear();
  access.token = std::move(token);
  access.namespace_name = std::move(namespace_name);
  return access;
}

}  // namespace maintenance::testing
