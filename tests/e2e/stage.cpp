#include "tests/e2e/stage.h"

#include <cstdlib>
#include <filesystem>

#include "tests/e2e/telling.h"

namespace maintenance::e2e {
namespace {

constexpr milliseconds namespace_gone_limit = 90s;
constexpr milliseconds ready_limit = 120s;

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

/// Points every command of this program at the test cluster and at the programs under test.
struct ClusterEnvironment {
  ClusterEnvironment() {
    const auto printed =
        testing::shell("eval \"$(tests/cluster/cluster.sh env --name " + test_cluster() +
                       ")\" && printf '%s\\n%s' \"$KUBECONFIG\" \"$PATH\"");
    const auto line_end = printed.out.find('\n');
    if (!printed.ok() || line_end == std::string::npos) {
      throw std::runtime_error("there is no test cluster" + testing::describe(printed));
    }
    const std::string path =
        std::string(MAINTENANCE_BIN_DIR) + ":" + printed.out.substr(line_end + 1);
    ::setenv("KUBECONFIG", printed.out.substr(0, line_end).c_str(), 1);
    ::setenv("PATH", path.c_str(), 1);
  }
};

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(ClusterEnvironment);

std::string test_cluster() {
  return variable("MAINTENANCE_TEST_CLUSTER", "test");
}

std::string story_pod(int ordinal) {
  return std::string(story_set) + "-" + std::to_string(ordinal);
}

Stage::Stage(std::string namespace_name)
    : namespace_(std::move(namespace_name)), kubeconfig_before_(variable("KUBECONFIG", "")) {
  const std::string kubeconfig = folder_.file("kubeconfig");
  std::filesystem::copy_file(kubeconfig_before_, kubeconfig);
  ::setenv("KUBECONFIG", kubeconfig.c_str(), 1);
  succeeds("kubectl config set-context --current --namespace=" + namespace_);
}

Stage::~Stage() {
  ::setenv("KUBECONFIG", kubeconfig_before_.c_str(), 1);
}

void Stage::build(const std::string& story) {
  const auto start = std::chrono::steady_clock::now();
  // What a run that was interrupted has left.
  succeeds("kubectl delete namespace " + namespace_ + " --ignore-not-found", namespace_gone_limit);
  succeeds("kubectl create namespace " + namespace_);
  // Agent, gate and copy step must live with the strictest of the pod security standards.
  succeeds("kubectl label namespace " + namespace_ +
           " pod-security.kubernetes.io/enforce=restricted");
  succeeds("kubectl apply -k tests/e2e/manifests/stories/" + story);
  const auto ready = testing::shell(
      "for object in $(kubectl get statefulsets,deployments -o name); do"
      "  kubectl rollout status $object --timeout=60s || exit; done",
      ready_limit);
  BOOST_REQUIRE_MESSAGE(
      ready.ok(), "not ready" << ready
                              << testing::shell("kubectl get pods -o wide; kubectl get events "
                                                "--sort-by=.lastTimestamp | tail -n 20"));
  measured("namespace " + namespace_ + " ready",
           std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start));
}

void Stage::remove() const {
  if (variable("MAINTENANCE_TEST_KEEP", "0") == "1") return;
  (void)testing::shell("kubectl delete namespace " + namespace_ + " --wait=false");
}

}  // namespace maintenance::e2e
