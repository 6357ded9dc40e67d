// The real agent program against a real API server: its ports, its start in bad times, its end.
#include <signal.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/cluster/support/agent_process.h"
#include "tests/support/eventually.h"
#include "tests/support/sanitized.h"
#include "tests/support/scripted_server.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";

/// The promise is a second. Sanitizers make everything slower and look for leaks at the end.
constexpr std::chrono::milliseconds end_within{sanitized ? 5000 : 1000};

/// Sends SIGTERM and waits; the milliseconds until the process was gone, and its exit code.
struct Ended {
  std::optional<int> exit_code;
  std::chrono::milliseconds took;
};

Ended terminate(Program& program) {
  const auto began = std::chrono::steady_clock::now();
  program.send_signal(SIGTERM);
  const auto code = program.wait_exit(patience);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  BOOST_TEST_MESSAGE("ended " << took.count() << " ms after SIGTERM");
  return {code, took};
}

void expect_quick_end(Program& program) {
  const Ended ended = terminate(program);
  BOOST_TEST((ended.exit_code == 0), program.standard_output() << program.standard_error());
  BOOST_TEST(ended.took.count() < end_within.count());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_process_test, Stage)

BOOST_AUTO_TEST_CASE(it_holds_and_releases_a_pod_over_its_port) {
  const SetShape shape;
  const std::string pod = shape.pod(0);
  make_config_map(config_map);
  make_dc(shape);
  AgentProcess agent(*this);
  agent.wait_started();

  BOOST_TEST(agent.ask("PUT", "/pods/" + pod) == "200 {\"" + pod + "\":true}");
  BOOST_TEST(terminating(pod));
  BOOST_TEST(data_of(config_map).contains(pod));
  replace_pod(shape, 0, PodPhase::held);
  BOOST_TEST(agent.ask("GET", "/pods/" + pod) == R"(200 {"inMaintenance":true})");
  BOOST_TEST(agent.ask("DELETE", "/pods/" + pod) == "200 {\"" + pod + "\":false}");
  BOOST_TEST(data_of(config_map).empty());
  BOOST_TEST(agent.ask_health("/livez").starts_with("200 "));
  BOOST_TEST(agent.ask_health("/readyz").starts_with("200 "));
  BOOST_TEST(agent.ask_health("/version").find(MAINTENANCE_VERSION) != std::string::npos);
  BOOST_TEST(agent.ask_health("/metrics").starts_with("200 "));
  // A release that is still being followed does not delay the end.
  expect_quick_end(agent.program());
}

BOOST_AUTO_TEST_CASE(sigterm_ends_it_within_a_second_also_in_the_middle_of_a_request) {
  // An API server that takes requests and never answers.
  ScriptedServer silent({}, {step::AwaitRequest{}, step::Hold{}});
  AgentProcess agent(*this, {{"MAINTENANCE_API_SERVER", silent.url()},
                             {"MAINTENANCE_API_CA_FILE", ""},
                             {"MAINTENANCE_API_CLIENT_CERT_FILE", ""},
                             {"MAINTENANCE_API_CLIENT_KEY_FILE", ""}});
  agent.wait_started();
  std::string answer;
  std::jthread caller([&] { answer = agent.ask("PUT", "/pods/demo-cassandra-dc1-0"); });
  BOOST_TEST(eventually(patience, [&] { return silent.connections() > 0; }));

  expect_quick_end(agent.program());

  caller.join();
  BOOST_TEST(answer.find("200 ") != 0U, answer);
}

BOOST_AUTO_TEST_CASE(it_starts_without_its_config_map_and_works_once_that_is_there) {
  const SetShape shape;
  const std::string pod = "/pods/" + shape.pod(0);
  make_dc(shape);
  AgentProcess agent(*this);
  agent.wait_started();
  const std::string answer = agent.ask("PUT", pod);
  BOOST_TEST(answer.starts_with("503 "), answer);
  BOOST_TEST(answer.find(config_map) != std::string::npos, answer);
  BOOST_TEST(agent.ask_health("/livez").starts_with("200 "));
  make_config_map(config_map);
  BOOST_TEST(agent.ask("PUT", pod).starts_with("200 "));
}

BOOST_AUTO_TEST_CASE(it_starts_and_stays_alive_without_an_api_server) {
  AgentProcess agent(*this, {{"MAINTENANCE_API_SERVER", "https://127.0.0.1:1"}});
  agent.wait_started();
  for (const char* method : {"GET", "PUT", "DELETE"}) {
    const std::string answer = agent.ask(method, "/pods/demo-cassandra-dc1-0");
    BOOST_TEST(answer.starts_with("503 "), answer);
    BOOST_TEST(answer.find("connection refused") != std::string::npos, answer);
  }
  BOOST_TEST(agent.ask_health("/livez").starts_with("200 "));
  expect_quick_end(agent.program());
}

BOOST_AUTO_TEST_CASE(an_api_server_with_another_authority_is_not_trusted) {
  // A well-formed certificate that did not sign the server's: the client's own.
  TempFolder folder;
  const std::string stranger =
      folder.write("ca.crt", cluster().admin.endpoint.tls_settings.client_cert_pem);
  AgentProcess agent(*this, {{"MAINTENANCE_API_CA_FILE", stranger}});
  agent.wait_started();
  const std::string answer = agent.ask("GET", "/config");
  BOOST_TEST(answer.starts_with("503 "), answer);
  BOOST_TEST(answer.find("certificate") != std::string::npos, answer);
}

BOOST_AUTO_TEST_CASE(a_setting_that_makes_no_sense_ends_it_with_one_sentence) {
  AgentProcess nameless(*this, {{"CONFIGMAP_NAME", ""}});
  BOOST_TEST((nameless.program().wait_exit(patience) == 2));
  const std::string said = nameless.program().standard_error();
  BOOST_TEST(said.find("CONFIGMAP_NAME") != std::string::npos, said);
  BOOST_TEST(std::count(said.begin(), said.end(), '\n') == 1, said);
}

BOOST_AUTO_TEST_CASE(a_port_that_another_agent_has_ends_it_with_one_sentence) {
  AgentProcess first(*this);
  first.wait_started();
  const std::string port = std::to_string(first.port());
  for (const char* variable : {"MAINTENANCE_PORT", "MAINTENANCE_HEALTH_PORT"}) {
    AgentProcess second(*this, {{variable, port}});
    BOOST_TEST((second.program().wait_exit(patience) == 1));
    const std::string said = second.program().standard_error();
    BOOST_TEST(said.find(port) != std::string::npos, said);
    BOOST_TEST(std::count(said.begin(), said.end(), '\n') == 1, said);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
