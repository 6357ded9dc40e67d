#include "tests/cluster/support/test_agent.h"

#include <spdlog/sinks/null_sink.h>

#include <stdexcept>

namespace maintenance::testing {
namespace {

agent::Settings settings_of(const std::map<std::string, std::string>& variables) {
  auto settings = agent::load_settings([&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
  if (!settings) throw std::runtime_error(settings.error().message());
  return std::move(*settings);
}

}  // namespace

std::map<std::string, std::string> agent_environment(const std::string& cluster,
                                                     const std::string& namespace_name) {
  return {{"CONFIGMAP_NAME", cluster + "-maintenance-configmap"},
          {"POD_NAMESPACE", namespace_name},
          {"MAINTENANCE_PORT", "0"},
          {"MAINTENANCE_HEALTH_PORT", "0"},
          {"MAINTENANCE_BIND", "127.0.0.1"},
          {"CASSANDRA_ENDPOINT_LABELS",
           "cassandra-cluster-component=cassandra,cassandra-cluster-instance=" + cluster}};
}

agent::Settings test_settings(Stage& stage, const std::string& cluster) {
  agent::Settings settings = settings_of(agent_environment(cluster, stage.namespace_name()));
  settings.namespace_name = stage.namespace_name();
  return settings;
}

TestAgent::TestAgent(Stage& stage, http::Transport& transport, Clock& clock,
                     const std::string& cluster)
    : TestAgent(stage, transport, clock, cluster, Patience()) {}

TestAgent::TestAgent(Stage& stage, http::Transport& transport, Clock& clock,
                     const std::string& cluster, Patience limits)
    : client_(transport, clock, stage.namespace_name(), limits.one_call),
      settings_(test_settings(stage, cluster)),
      log_(std::make_shared<spdlog::sinks::null_sink_mt>(), clock, agent::LogFormat::text,
           agent::LogLevel::debug),
      metrics_(clock),
      api_(std::make_unique<agent::Api>(agent::Api::Parts{
          client_, settings_, clock, random_, log_, metrics_, {}, nullptr, {}, limits.request})) {}

agent::ApiResponse TestAgent::send(const std::string& method, const std::string& target,
                                   const std::string& body) {
  return api_->handle(agent::ApiRequest{method, target, {}, body, {"127.0.0.1"}});
}

std::string TestAgent::ask(const std::string& method, const std::string& target) {
  const agent::ApiResponse answer = send(method, target);
  std::string out = std::to_string(answer.status) + " " + answer.body;
  for (const http::Header& header : answer.headers) {
    if (header.name == "Warning") out += " Warning: " + header.value;
  }
  return out;
}

}  // namespace maintenance::testing
