#include "common/kube/objects.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/check.h"

namespace kube = maintenance::kube;
namespace text = maintenance::text;
using text::JsonView;

namespace {

JsonView view(const std::string& json) {
  const auto parsed = text::parse_json_object(json, "test");
  REQUIRE_OK(parsed);
  return JsonView(*parsed);
}

const char* const pod_json = R"({
  "metadata": {"name": "demo-0", "namespace": "cassandra", "uid": "u-1", "resourceVersion": "42",
    "generation": 3, "labels": {"dc": "dc1"}, "annotations": {"touched": "1"},
    "deletionTimestamp": "2026-01-01T00:00:00Z",
    "ownerReferences": [
      {"kind": "Owner", "name": "not-the-controller"},
      {"kind": "StatefulSet", "name": "demo", "controller": true},
      {"kind": "Owner", "name": "neither", "controller": false}]},
  "spec": {"nodeName": "node-1",
    "volumes": [
      {"name": "config", "configMap": {"name": "demo-maintenance"}},
      {"name": "both", "projected": {"sources": [
        {"secret": {"name": "s"}}, {"configMap": {"name": "one"}}, {"configMap": {"name": "two"}}]}},
      {"name": "data", "persistentVolumeClaim": {"claimName": "data-demo-0"}}],
    "initContainers": [
      {"name": "maintenance-mode", "volumeMounts": [{"name": "config"}, {"name": "data"}]}],
    "containers": [
      {"name": "cassandra", "lifecycle": {"preStop": {"exec": {}}},
       "ports": [{"containerPort": 9042}, {"containerPort": 7000}],
       "volumeMounts": [{"name": "both"}, {"name": "absent"}]},
      {"name": "exporter", "lifecycle": {"preStop": null}}]},
  "status": {"phase": "Running",
    "conditions": [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": "True"}],
    "initContainerStatuses": [
      {"name": "maintenance-mode", "state": {"terminated": {"exitCode": 3}}, "ready": true}],
    "containerStatuses": [
      {"name": "cassandra", "ready": true,
       "state": {"running": {"startedAt": "2026-01-01T00:00:01Z"}}},
      {"name": "exporter", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}})";

/// Read as the agent does: only what the table of members names was built.
kube::Pod pod_in(const std::string& json) {
  const auto parsed = text::parse_json_members(json, kube::pod_members(), "test");
  REQUIRE_OK(parsed);
  return kube::read_pod(*parsed);
}

kube::StatefulSet set_in(const std::string& json) {
  const auto parsed = text::parse_json_members(json, kube::stateful_set_members(), "test");
  REQUIRE_OK(parsed);
  return kube::read_stateful_set(*parsed);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(objects_test)

BOOST_AUTO_TEST_CASE(a_pods_metadata_is_read) {
  const kube::Metadata metadata = pod_in(std::string(pod_json)).metadata;
  BOOST_TEST(metadata.name == "demo-0");
  BOOST_TEST(metadata.namespace_name == "cassandra");
  BOOST_TEST(metadata.uid == "u-1");
  BOOST_TEST(metadata.resource_version == "42");
  BOOST_TEST(metadata.generation == 3);
  BOOST_TEST(metadata.labels.at("dc") == "dc1");
  BOOST_TEST(metadata.annotations.at("touched") == "1");
  BOOST_TEST(metadata.terminating);
}

BOOST_AUTO_TEST_CASE(only_the_controller_among_the_owners_counts) {
  const kube::Metadata metadata = pod_in(std::string(pod_json)).metadata;
  BOOST_TEST(metadata.controller_kind == "StatefulSet");
  BOOST_TEST(metadata.controller_name == "demo");
}

BOOST_AUTO_TEST_CASE(a_pods_specification_is_read) {
  const kube::Pod pod = pod_in(std::string(pod_json));
  BOOST_TEST(pod.spec.node_name == "node-1");
  const auto* cassandra = kube::find_container(pod.spec.containers, "cassandra");
  BOOST_REQUIRE(cassandra != nullptr);
  BOOST_TEST(cassandra->has_pre_stop);
  BOOST_TEST(cassandra->ports == (std::vector<std::int64_t>{9042, 7000}));
  const auto* exporter = kube::find_container(pod.spec.containers, "exporter");
  BOOST_REQUIRE(exporter != nullptr);
  BOOST_TEST(!exporter->has_pre_stop);
}

BOOST_AUTO_TEST_CASE(mounted_config_maps_are_found_directly_and_in_projected_volumes) {
  const kube::Pod pod = pod_in(std::string(pod_json));
  const auto* gate = kube::find_container(pod.spec.init_containers, "maintenance-mode");
  BOOST_REQUIRE(gate != nullptr);
  BOOST_TEST(gate->config_maps == std::vector<std::string>{"demo-maintenance"});
  const auto* cassandra = kube::find_container(pod.spec.containers, "cassandra");
  BOOST_REQUIRE(cassandra != nullptr);
  BOOST_TEST(cassandra->config_maps == (std::vector<std::string>{"one", "two"}));
}

BOOST_AUTO_TEST_CASE(a_pods_status_is_read) {
  const kube::Pod pod = pod_in(std::string(pod_json));
  BOOST_TEST(pod.phase == "Running");
  BOOST_TEST(pod.ready);
  const auto* cassandra = kube::find_status(pod.containers, "cassandra");
  BOOST_REQUIRE(cassandra != nullptr);
  BOOST_TEST((cassandra->running && cassandra->ready && !cassandra->terminated));
  BOOST_TEST(cassandra->started_at == "2026-01-01T00:00:01Z");
  const auto* gate = kube::find_status(pod.init_containers, "maintenance-mode");
  BOOST_REQUIRE(gate != nullptr);
  BOOST_TEST((!gate->running && gate->terminated && gate->exit_code == 3));
  const auto* exporter = kube::find_status(pod.containers, "exporter");
  BOOST_REQUIRE(exporter != nullptr);
  BOOST_TEST((!exporter->running && !exporter->terminated && !exporter->ready));
}

BOOST_AUTO_TEST_CASE(a_ready_condition_that_is_not_true_is_not_ready) {
  for (const std::string status : {"False", "Unknown", ""}) {
    const auto pod = pod_in(std::string(R"({"status":{"conditions":[{"type":"Ready","status":")" +
                                        status + R"("}]}})"));
    BOOST_TEST(!pod.ready, status);
  }
}

BOOST_AUTO_TEST_CASE(a_stateful_set_is_read) {
  const auto set = set_in(std::string(R"({
    "metadata": {"name": "demo", "generation": 5},
    "spec": {"podManagementPolicy": "Parallel", "replicas": 3, "ordinals": {"start": 2},
      "template": {"metadata": {"labels": {"dc": "dc1"}},
                   "spec": {"containers": [{"name": "cassandra"}]}}},
    "status": {"currentRevision": "a", "updateRevision": "b", "observedGeneration": 4}})"));
  BOOST_TEST(set.metadata.name == "demo");
  BOOST_TEST(set.metadata.generation == 5);
  BOOST_TEST(set.pod_management_policy == "Parallel");
  BOOST_TEST(set.replicas == 3);
  BOOST_TEST(set.first_ordinal == 2);
  BOOST_TEST(set.template_labels.at("dc") == "dc1");
  BOOST_TEST(kube::find_container(set.pod_template.containers, "cassandra") != nullptr);
  BOOST_TEST(set.current_revision == "a");
  BOOST_TEST(set.update_revision == "b");
  BOOST_TEST(set.observed_generation == 4);
}

BOOST_AUTO_TEST_CASE(an_absent_policy_is_the_strict_one_and_absent_replicas_are_one) {
  const auto set = set_in(std::string(R"({"spec":{}})"));
  BOOST_TEST(set.pod_management_policy == "OrderedReady");
  BOOST_TEST(set.replicas == 1);
}

BOOST_AUTO_TEST_CASE(a_set_scaled_to_nothing_has_no_replicas) {
  BOOST_TEST(set_in(std::string(R"({"spec":{"replicas":0}})")).replicas == 0);
}

BOOST_AUTO_TEST_CASE(a_config_map_is_read_and_its_object_kept) {
  const auto map = kube::read_config_map(view(
      R"({"metadata":{"name":"m","resourceVersion":"9"},"data":{"demo-0":"true"},"extra":1})"));
  BOOST_TEST(map.metadata.resource_version == "9");
  BOOST_TEST(map.data.at("demo-0") == "true");
  BOOST_REQUIRE(map.raw);
  BOOST_TEST(JsonView(map.raw).number("extra") == 1);
}

BOOST_AUTO_TEST_CASE(hostile_or_empty_objects_read_as_nothing) {
  const std::vector<std::string> objects{
      "{}",
      R"({"metadata":null,"spec":null,"status":null,"data":null})",
      R"({"metadata":[],"spec":"x","status":7,"data":["a"]})",
      R"({"metadata":{"labels":{"a":1},"ownerReferences":[null,"x",{}]},
          "spec":{"volumes":[null,1],"containers":[[],{"volumeMounts":{}}]},
          "status":{"containerStatuses":[{"state":"running"}]},"data":{"a":{}}})",
  };
  for (const std::string& json : objects) {
    BOOST_TEST_CONTEXT(json) {
      const kube::Pod pod = pod_in(std::string(json));
      BOOST_TEST((pod.metadata.name.empty() && !pod.ready && !pod.metadata.terminating));
      BOOST_TEST(pod.metadata.labels.empty());
      for (const auto& status : pod.containers)
        BOOST_TEST(!status.running);
      BOOST_TEST(set_in(std::string(json)).metadata.controller_name.empty());
      BOOST_TEST(kube::read_config_map(view(json)).data.empty());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
