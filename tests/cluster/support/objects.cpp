#include "tests/cluster/support/objects.h"

namespace maintenance::testing {
namespace {

std::string labels(const SetShape& shape) {
  return "{app.kubernetes.io/component: database, cassandra-cluster-component: cassandra, "
         "cassandra-cluster-instance: " +
         shape.cluster + ", cassandra-cluster-dc: " + shape.dc + "}";
}

/// The gate as it is built into a template: the container, its mount and its volume.
std::string init_containers(const SetShape& shape) {
  if (!shape.gate) return {};
  return "initContainers: [{name: maintenance-mode, image: none, volumeMounts: [{name: "
         "maintenance, "
         "mountPath: /etc/maintenance}]}], volumes: [{name: maintenance, configMap: {name: " +
         shape.config_map + "}}], ";
}

/// The members of a pod specification, without its braces.
std::string spec(const SetShape& shape) {
  return init_containers(shape) +
         "terminationGracePeriodSeconds: " + std::to_string(shape.grace_s) +
         ", containers: [{name: cassandra, image: none, lifecycle: {preStop: {exec: {command: "
         "[nodetool, drain]}}}}]";
}

std::string container_status(const std::string& name, bool ready, const std::string& state) {
  return R"({"name":")" + name + R"(","image":"none","imageID":"none","restartCount":0,"ready":)" +
         (ready ? "true" : "false") + R"(,"started":true,"state":)" + state + "}";
}

constexpr const char* running_state = R"({"running":{"startedAt":"2026-01-01T00:00:00Z"}})";
constexpr const char* ended_state =
    R"({"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-01-01T00:00:00Z",)"
    R"("finishedAt":"2026-01-01T00:00:01Z"}})";
constexpr const char* waiting_state = R"({"waiting":{"reason":"PodInitializing"}})";

std::string conditions(bool ready) {
  const std::string status = ready ? "True" : "False";
  return R"([{"type":"Ready","status":")" + status + R"("},{"type":"ContainersReady","status":")" +
         status + R"("}])";
}

}  // namespace

std::string config_map_yaml(const std::string& name) {
  return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}}";
}

std::string set_yaml(const SetShape& shape) {
  return "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: " + shape.name() +
         ", labels: " + labels(shape) + "}, spec: {serviceName: " + shape.name() +
         ", podManagementPolicy: " + shape.policy +
         ", replicas: " + std::to_string(shape.replicas) +
         ", selector: {matchLabels: " + labels(shape) +
         "}, template: {metadata: {labels: " + labels(shape) + "}, spec: {" + spec(shape) + "}}}}";
}

std::string pod_yaml(const SetShape& shape, int ordinal, const std::string& set_uid,
                     PodPhase phase) {
  std::string owner;
  if (!set_uid.empty()) {
    owner = ", ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: " + shape.name() +
            ", uid: " + set_uid + ", controller: true, blockOwnerDeletion: true}]";
  }
  std::string node;
  if (phase != PodPhase::unscheduled) node = std::string(", nodeName: ") + absent_node;
  return "{apiVersion: v1, kind: Pod, metadata: {name: " + shape.pod(ordinal) +
         ", labels: " + labels(shape) + owner + "}, spec: {" + spec(shape) + node + "}}";
}

std::string pod_status_json(const SetShape& shape, PodPhase phase) {
  if (phase == PodPhase::unscheduled) return {};
  const bool ready = phase == PodPhase::ready;
  const bool held = phase == PodPhase::held;
  const std::string gate = container_status("maintenance-mode", ready,
                                            held    ? running_state
                                            : ready ? ended_state
                                                    : waiting_state);
  const std::string cassandra =
      container_status("cassandra", ready, ready ? running_state : waiting_state);
  return R"({"status":{"phase":")" + std::string(ready ? "Running" : "Pending") +
         R"(","conditions":)" + conditions(ready) + R"(,"initContainerStatuses":[)" +
         (shape.gate ? gate : "") + R"(],"containerStatuses":[)" + cassandra + "]}}";
}

std::string budget_yaml(const std::string& name, const SetShape& shape) {
  return "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " + name +
         "}, spec: {maxUnavailable: 1, selector: {matchLabels: {cassandra-cluster-instance: " +
         shape.cluster + ", cassandra-cluster-dc: " + shape.dc + "}}}}";
}

std::string budget_status_json(const BudgetStatus& status) {
  return R"({"status":{"observedGeneration":1,"disruptionsAllowed":)" +
         std::to_string(status.allowed) + R"(,"currentHealthy":)" + std::to_string(status.healthy) +
         R"(,"desiredHealthy":)" + std::to_string(status.desired) + R"(,"expectedPods":)" +
         std::to_string(status.expected) + "}}";
}

}  // namespace maintenance::testing
