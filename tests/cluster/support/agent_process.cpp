#include "tests/cluster/support/agent_process.h"

#include <sstream>
#include <stdexcept>

#include "tests/cluster/support/test_agent.h"
#include "tests/support/eventually.h"

namespace maintenance::testing {
namespace {

/// The fields of the log line with this event; an empty view when there is none yet.
text::JsonView find_event(const std::string& log, const std::string& event) {
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = text::parse_json_object(line, "a log line");
    if (!parsed) continue;
    const text::JsonView fields(*parsed);
    if (fields.text("event") == event) return fields;
  }
  return text::JsonView(Poco::JSON::Object::Ptr());
}

std::uint16_t port_in(const text::JsonView& started, const std::string& key) {
  return static_cast<std::uint16_t>(std::stoi(started.text(key)));
}

}  // namespace

AgentProcess::AgentProcess(Stage& stage, const Program::Environment& changes)
    : watchdog_(stage.watchdog()) {
  const http::Endpoint& server = stage.cluster().admin.endpoint;
  Program::Environment environment = agent_environment("demo", stage.namespace_name());
  environment["MAINTENANCE_API_SERVER"] = server.url();
  environment["MAINTENANCE_API_CA_FILE"] = folder_.write("ca.crt", server.tls_settings.ca_pem);
  environment["MAINTENANCE_API_CLIENT_CERT_FILE"] =
      folder_.write("client.crt", server.tls_settings.client_cert_pem);
  environment["MAINTENANCE_API_CLIENT_KEY_FILE"] =
      folder_.write("client.key", server.tls_settings.client_key_pem);
  for (const auto& [name, value] : changes)
    environment[name] = value;
  program_ = std::make_unique<Program>(std::vector<std::string>{AGENT_PROGRAM}, environment);
}

void AgentProcess::wait_started() {
  const auto started = [this] { return find_event(program_->standard_output(), "started"); };
  const bool seen =
      eventually(patience, [&] { return started().has("port") || !program_->running(); });
  const text::JsonView fields = started();
  if (!seen || !fields.has("port")) {
    throw std::runtime_error("the agent did not start: " + program_->standard_output() +
                             program_->standard_error());
  }
  port_ = port_in(fields, "port");
  health_port_ = port_in(fields, "health_port");
}

std::string AgentProcess::exchange(std::uint16_t port, const std::string& method,
                                   const std::string& target) {
  http::Endpoint endpoint;
  endpoint.tls = false;
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  http::ConnectingTransport transport(endpoint, {}, watchdog_);
  const auto answer =
      transport.send({method, target, {}, {}}, std::chrono::steady_clock::now() + patience);
  if (!answer) return answer.error().message();
  return std::to_string(answer->status) + " " + answer->body;
}

std::string AgentProcess::ask(const std::string& method, const std::string& target) {
  return exchange(port_, method, target);
}

std::string AgentProcess::ask_health(const std::string& target) {
  return exchange(health_port_, "GET", target);
}

}  // namespace maintenance::testing
