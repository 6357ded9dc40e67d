#include "tests/unit/agent/stage.h"

#include <algorithm>
#include <stdexcept>

#include "common/maintenance/record.h"

namespace maintenance::testing {
namespace {

/// Far longer than any test: the background work must not send requests into a test's count.
constexpr agent::ReleaseTiming no_background{std::chrono::minutes(1), std::chrono::minutes(1),
                                             std::chrono::minutes(5)};

}  // namespace

agent::Settings default_settings() {
  auto settings = agent::load_settings([](const std::string& name) {
    return name == "CONFIGMAP_NAME" ? std::string(FakeCluster::config_map) : std::string();
  });
  if (!settings) throw std::runtime_error(settings.error().message());
  return std::move(*settings);
}

agent::Snapshot snapshot_of(const FakeCluster& cluster) {
  const agent::Settings settings = default_settings();
  agent::Snapshot snapshot;
  snapshot.config_map = settings.config_map;
  snapshot.selector = settings.selector;
  snapshot.dc_label = settings.dc_label;
  snapshot.records = parse_records(cluster.data);
  snapshot.config_map_version = std::to_string(cluster.version);
  for (const auto& [name, pod] : cluster.pods) {
    const auto object = text::parse_json_object(pod_json(name, pod), "a fake pod");
    snapshot.pods.emplace(
        name, std::make_shared<const kube::Pod>(kube::read_pod(text::JsonView(*object))));
  }
  for (const auto& [name, set] : cluster.sets) {
    const auto object = text::parse_json_object(set_json(name, set), "a fake set");
    snapshot.stateful_sets.emplace(name, kube::read_stateful_set(text::JsonView(*object)));
  }
  for (const auto& [name, budget] : cluster.budgets) {
    const auto object = text::parse_json_object(budget_json(name, budget), "a fake budget");
    snapshot.budgets.emplace(name, kube::read_disruption_budget(text::JsonView(*object)));
  }
  return snapshot;
}

AgentStage::AgentStage()
    : api(std::make_unique<agent::Api>(agent::Api::Parts{client, settings, clock, random, log,
                                                         metrics, no_background, nullptr, tell})) {}

agent::ApiResponse AgentStage::send(const std::string& method, const std::string& target,
                                    const std::string& body) {
  return api->handle(agent::ApiRequest{method, target, {}, body, {"127.0.0.1"}});
}

std::string AgentStage::ask(const std::string& method, const std::string& target,
                            const std::string& body) {
  const agent::ApiResponse answer = send(method, target, body);
  return std::to_string(answer.status) + " " + answer.body;
}

text::JsonView AgentStage::json(const std::string& method, const std::string& target,
                                const std::string& body) {
  const auto parsed = text::parse_json_object(send(method, target, body).body, "an answer");
  return text::JsonView(parsed ? *parsed : Poco::JSON::Object::Ptr());
}

bool AgentStage::untouched() const {
  const auto requests = cluster.requests();
  return std::all_of(requests.begin(), requests.end(), [](const std::string& request) {
    return request.starts_with("GET ") || request.ends_with("reviews");
  });
}

bool has_all(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    if (text.find(part) == std::string::npos) return false;
  }
  return true;
}

}  // namespace maintenance::testing
