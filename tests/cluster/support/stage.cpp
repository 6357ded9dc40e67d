#include "tests/cluster/support/stage.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "common/http/tls.h"

namespace maintenance::testing {
namespace {

/// Never from a seed: a repeated run must not meet the namespace of the run before.
std::string random_namespace() {
  std::random_device random;
  std::ostringstream name;
  name << "t-" << std::hex << random() << random();
  return name.str();
}

Poco::Net::Context::Ptr tls_for(const kube::Access& access) {
  auto made = http::make_client_context(access.endpoint.tls_settings);
  if (!made) throw std::runtime_error(made.error().message());
  return *made;
}

}  // namespace

http::ConnectingTransport transport_for(const kube::Access& access, http::Watchdog& watchdog) {
  return {access.endpoint, tls_for(access), watchdog};
}

std::mt19937_64 seeded_random() {
  const char* given = std::getenv("MAINTENANCE_TEST_SEED");
  const std::uint64_t seed =
      given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
  BOOST_TEST_MESSAGE("repeat with MAINTENANCE_TEST_SEED=" << seed);
  return std::mt19937_64(seed);
}

Stage::Stage(ClusterAccess cluster)
    : cluster_(std::move(cluster)),
      namespace_(random_namespace()),
      tls_(tls_for(cluster_.admin)),
      transport_(cluster_.admin.endpoint, tls_, watchdog_),
      pool_(cluster_.admin.endpoint, tls_, watchdog_),
      api_(pool_),
      client_(transport_, clock_, namespace_) {
  api_.create("/api/v1/namespaces",
              "{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace_ + "}}");
}

std::string Stage::core(const std::string& rest) const {
  return "/api/v1/namespaces/" + namespace_ + "/" + rest;
}

std::string Stage::group(const std::string& group, const std::string& rest) const {
  return "/apis/" + group + "/namespaces/" + namespace_ + "/" + rest;
}

void Stage::make_config_map(const std::string& name) {
  api_.create(core("configmaps"), config_map_yaml(name));
}

void Stage::write_key(const std::string& config_map, const std::string& key,
                      const std::string& value) {
  Poco::JSON::Object::Ptr data = new Poco::JSON::Object;
  data->set(key, value);
  Poco::JSON::Object body;
  body.set("data", data);
  api_.patch(core("configmaps/" + config_map), text::to_json(body));
}

std::map<std::string, std::string> Stage::data_of(const std::string& config_map) {
  return api_.get(core("configmaps/" + config_map)).text_map("data");
}

void Stage::make_set(const SetShape& shape) {
  const auto set = api_.create(group("apps/v1", "statefulsets"), set_yaml(shape));
  set_uids_[shape.name()] = set.object("metadata").text("uid");
  // What the controller would write: it has seen this generation, and nothing is being rolled out.
  api_.patch(group("apps/v1", "statefulsets/" + shape.name() + "/status"),
             R"({"status":{"observedGeneration":1,"replicas":)" + std::to_string(shape.replicas) +
                 R"(,"currentRevision":"r1","updateRevision":"r1"}})");
}

void Stage::make_pod(const SetShape& shape, int ordinal, PodPhase phase) {
  const auto owner = set_uids_.find(shape.name());
  const std::string uid = owner == set_uids_.end() ? std::string() : owner->second;
  api_.create(core("pods"), pod_yaml(shape, ordinal, uid, phase));
  set_phase(shape, ordinal, phase);
}

void Stage::set_phase(const SetShape& shape, int ordinal, PodPhase phase) {
  const std::string status = pod_status_json(shape, phase);
  if (!status.empty()) api_.patch(core("pods/" + shape.pod(ordinal) + "/status"), status);
}

void Stage::replace_pod(const SetShape& shape, int ordinal, PodPhase phase) {
  if (pod_exists(shape.pod(ordinal))) destroy_pod(shape.pod(ordinal));
  make_pod(shape, ordinal, phase);
}

void Stage::destroy_pod(const std::string& name) {
  api_.destroy(core("pods/" + name));
}

void Stage::make_dc(const SetShape& shape) {
  make_set(shape);
  for (int ordinal = 0; ordinal < shape.replicas; ++ordinal)
    make_pod(shape, ordinal, PodPhase::ready);
}

void Stage::make_budget(const std::string& name, const SetShape& shape,
                        const BudgetStatus& status) {
  api_.create(group("policy/v1", "poddisruptionbudgets"), budget_yaml(name, shape));
  api_.patch(group("policy/v1", "poddisruptionbudgets/" + name + "/status"),
             budget_status_json(status));
}

text::JsonView Stage::pod_object(const std::string& name) {
  return api_.get(core("pods/" + name));
}

bool Stage::pod_exists(const std::string& name) {
  return api_.exists(core("pods/" + name));
}

bool Stage::terminating(const std::string& name) {
  return pod_object(name).object("metadata").has("deletionTimestamp");
}

}  // namespace maintenance::testing
