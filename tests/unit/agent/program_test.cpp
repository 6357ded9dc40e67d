// The real program: its exit codes, its start without an API server, its end.
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "tests/support/sanitized.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

constexpr std::chrono::milliseconds end_within{sanitized ? 5000 : 1000};

/// One run of the agent, with both of its streams in one pipe. Killed with the object.
class Run {
 public:
  explicit Run(const Poco::Process::Env& environment,
               const std::vector<std::string>& arguments = {})
      : handle_(
            Poco::Process::launch(AGENT_PROGRAM, arguments, nullptr, &pipe_, &pipe_, environment)),
        out_(pipe_) {}
  ~Run() {
    if (!waited_) {
      ::kill(handle_.id(), SIGKILL);
      wait();
    }
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// The next line, or an empty text at the end.
  std::string line() {
    std::string text;
    std::getline(out_, text);
    return text;
  }
  std::string rest() {
    std::ostringstream text;
    text << out_.rdbuf();
    return text.str();
  }
  int wait() {
    waited_ = true;
    return handle_.wait();
  }
  /// What the system has in /proc/PID/`name`.
  [[nodiscard]] std::string system_says(const std::string& name) const {
    std::ifstream file("/proc/" + std::to_string(handle_.id()) + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void terminate() { ::kill(handle_.id(), SIGTERM); }

 private:
  Poco::Pipe pipe_;
  Poco::ProcessHandle handle_;
  Poco::PipeInputStream out_;
  bool waited_ = false;
};

Poco::Process::Env environment_for(std::uint16_t api_port) {
  return {{"CONFIGMAP_NAME", "demo-maintenance-configmap"},
          {"POD_NAMESPACE", "cassandra"},
          {"MAINTENANCE_PORT", "0"},
          {"MAINTENANCE_HEALTH_PORT", "0"},
          {"MAINTENANCE_BIND", "127.0.0.1"},
          {"MAINTENANCE_API_SERVER", "http://127.0.0.1:" + std::to_string(api_port)}};
}

/// The ports that the agent says it has started on.
struct Ports {
  std::uint16_t api = 0;
  std::uint16_t health = 0;
};
Ports started(Run& run) {
  std::string line = run.line();
  // The watches start beside the listeners, and may complain before they are open.
  while (has_all(line, {"watch_lost"}))
    line = run.line();
  const auto parsed = text::parse_json_object(line, "a log line");
  BOOST_REQUIRE_MESSAGE(parsed.ok(), line);
  const text::JsonView fields(*parsed);
  BOOST_REQUIRE_MESSAGE(fields.text("event") == "started", line);
  return {static_cast<std::uint16_t>(std::stoi(fields.text("port"))),
          static_cast<std::uint16_t>(std::stoi(fields.text("health_port")))};
}

void send_get(Poco::Net::StreamSocket& socket, const std::string& path) {
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  socket.sendBytes(request.data(), static_cast<int>(request.size()));
}

std::string get(std::uint16_t port, const std::string& path) {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port));
  send_get(socket, path);
  std::string out;
  char block[4096];
  for (int n = 0; (n = socket.receiveBytes(block, sizeof block)) > 0;)
    out.append(block, static_cast<std::size_t>(n));
  return out;
}

void expect_quick_end(Run& run) {
  const auto began = std::chrono::steady_clock::now();
  run.terminate();
  BOOST_TEST(run.wait() == 0);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  BOOST_TEST(took.count() < end_within.count());
  BOOST_TEST_MESSAGE("ended after " << took.count() << " ms");
}

constexpr int more_callers_than_threads = 80;  // the API has 64
constexpr std::uint16_t nobody = 1;            // tcpmux: nobody listens there

}  // namespace

BOOST_AUTO_TEST_SUITE(program_test)

BOOST_AUTO_TEST_CASE(flags_that_end_at_once) {
  Run version({}, {"--version"});
  BOOST_TEST(version.rest() == "maintenance-agent " MAINTENANCE_VERSION "\n");
  BOOST_TEST(version.wait() == 0);
  Run help({}, {"--help"});
  BOOST_TEST(has_all(help.rest(), {"CONFIGMAP_NAME", "--check-config"}));
  BOOST_TEST(help.wait() == 0);
  Run check(environment_for(nobody), {"--check-config"});
  BOOST_TEST(has_all(check.rest(), {"CONFIGMAP_NAME=demo", "configuration file: none\n",
                                    "configuration is usable"}));
  BOOST_TEST(check.wait() == 0);
  Run wrong({}, {"--wrong"});
  BOOST_TEST(has_all(wrong.rest(), {"--wrong", "--help"}));
  BOOST_TEST(wrong.wait() == 2);
  Run unset({{"CONFIGMAP_NAME", ""}}, {"--check-config"});
  BOOST_TEST(has_all(unset.rest(), {"CONFIGMAP_NAME"}));
  BOOST_TEST(unset.wait() == 2);
}

BOOST_AUTO_TEST_CASE(settings_come_from_a_file_too) {
  const TempFolder folder;
  const std::string file = folder.write(
      "agent.yaml",
      "configMap: demo\nnamespace: ns\nlisten: {address: \"127.0.0.1\", port: 0, healthPort: 0}\n"
      "api: {server: \"http://127.0.0.1:1\"}\n");
  Run check({}, {"--check-config", "--config", file});
  BOOST_TEST(has_all(check.rest(), {"CONFIGMAP_NAME=demo\n", "configuration file: " + file + "\n",
                                    "configuration is usable\n"}));
  BOOST_TEST(check.wait() == 0);
  Run print({{"MAINTENANCE_CONFIG", file}}, {"--print-config", "--log-level=warn"});
  BOOST_TEST(has_all(print.rest(), {"configMap: \"demo\"  # file, line 1\n",
                                    "level: \"warn\"  # flag --log-level\n"}));
  BOOST_TEST(print.wait() == 0);
  Run wrong({}, {"--config", folder.write("wrong.yaml", "lgo: {}\n")});
  BOOST_TEST(has_all(wrong.rest(), {"wrong.yaml, line 1: lgo", "did you mean log?"}));
  BOOST_TEST(wrong.wait() == 2);
  Run run({{"MAINTENANCE_CONFIG", file}});
  BOOST_TEST(get(started(run).api, "/config").starts_with("HTTP/1.1 503"));
  expect_quick_end(run);
}

BOOST_AUTO_TEST_CASE(it_starts_answers_and_ends_without_an_api_server) {
  Run run(environment_for(nobody));
  const Ports ports = started(run);
  const std::string answer = get(ports.api, "/config");
  BOOST_TEST(answer.starts_with("HTTP/1.1 503"), answer);
  BOOST_TEST(has_all(answer, {"connection refused"}), answer);
  BOOST_TEST(get(ports.health, "/livez").starts_with("HTTP/1.1 200"));
  BOOST_TEST(get(ports.health, "/readyz").starts_with("HTTP/1.1 200"));
  BOOST_TEST(has_all(get(ports.health, "/metrics"),
                     {R"(maintenance_agent_requests_total{method="GET",status="503"} 1)"}));
  expect_quick_end(run);
  BOOST_TEST(has_all(run.rest(), {R"("event":"stopping")", R"("event":"stopped")"}));
}

BOOST_AUTO_TEST_CASE(a_request_that_hangs_does_not_delay_the_end) {
  // Takes connections and never answers.
  Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
  Run run(environment_for(silent.address().port()));
  const Ports ports = started(run);
  Poco::Net::StreamSocket caller(Poco::Net::SocketAddress("127.0.0.1", ports.api));
  send_get(caller, "/config");
  BOOST_REQUIRE(silent.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ));
  expect_quick_end(run);
  BOOST_TEST(has_all(run.rest(), {R"("event":"stopping")"}));
}

/// Otherwise whoever floods the API has the kubelet kill the agent when it is needed.
BOOST_AUTO_TEST_CASE(health_answers_while_every_thread_of_the_api_waits) {
  Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
  Run run(environment_for(silent.address().port()));
  const Ports ports = started(run);
  std::vector<Poco::Net::StreamSocket> callers;
  for (int i = 0; i < more_callers_than_threads; ++i) {
    callers.emplace_back(Poco::Net::SocketAddress("127.0.0.1", ports.api));
    send_get(callers.back(), "/config");
  }
  BOOST_REQUIRE(silent.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ));
  for (const char* path : {"/livez", "/readyz", "/version", "/metrics"})
    BOOST_TEST(get(ports.health, path).starts_with("HTTP/1.1 200"), path);
  expect_quick_end(run);
}

BOOST_AUTO_TEST_CASE(idle_and_half_sent_connections_do_not_delay_the_end) {
  Run run(environment_for(nobody));
  const Ports ports = started(run);
  Poco::Net::StreamSocket idle(Poco::Net::SocketAddress("127.0.0.1", ports.api));
  Poco::Net::StreamSocket half(Poco::Net::SocketAddress("127.0.0.1", ports.health));
  half.sendBytes("GET /liv", 8);
  expect_quick_end(run);
}

BOOST_AUTO_TEST_CASE(tokens_never_get_into_a_core_dump) {
  Run run(environment_for(nobody));
  (void)started(run);
  // Soft and hard; the one byte is explained in common/core_dump_posix.cpp.
  const std::string limits = run.system_says("limits");
  const std::string of_core = limits.substr(limits.find("Max core file size"));
  std::istringstream fields(of_core.substr(std::string("Max core file size").size()));
  std::string soft;
  std::string hard;
  fields >> soft >> hard;
  BOOST_TEST((soft == "1" || soft == "0"), soft);
  BOOST_TEST(hard == soft);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
