// The real agent program against docs/openapi.yaml: everything that the document allows and a lot
// that it forbids, on a real API server. What is compared and what is left out: contract/.
#include <boost/test/unit_test.hpp>
#include <sstream>
#include <thread>

#include "tests/cluster/support/agent_process.h"
#include "tests/cluster/support/service_account.h"
#include "tests/support/eventually.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";
const std::string schemathesis =
    std::string(MAINTENANCE_SOURCE_FOLDER) + "/tests/cluster/contract/schemathesis.sh";

/// A minute on two quiet cores; sanitizers and neighbours make it longer.
constexpr std::chrono::seconds contract_run_max{210};

/// Of somebody with a token. More than the settings say, so that there are as many.
constexpr int unauthorised_cases_min = 2000;
const std::string examples_for_each_rule = "110";

SetShape shape(const std::string& dc, int replicas) {
  SetShape out;
  out.dc = dc;
  out.replicas = replicas;
  return out;
}

/// A datacenter for each kind of answer; contract/schemathesis.toml has the names of the pods.
std::vector<SetShape> all_shapes() {
  std::vector<SetShape> out{shape("dc1", 3), shape("dc2", 2), shape("ordered", 2),
                            shape("gateless", 1), shape("guarded", 1)};
  out[2].policy = "OrderedReady";
  out[3].gate = false;
  return out;
}

void make_everything(Stage& stage, const std::vector<SetShape>& shapes) {
  stage.make_config_map(config_map);
  for (const SetShape& set : shapes)
    stage.make_dc(set);
  stage.write_key(config_map, shapes[1].pod(0), R"({"id":"x","by":"jane","verified":false})");
  stage.write_key(config_map, "demo-cassandra-dc1-9", "true");  // a record without a pod
  stage.make_budget("guarded", shapes.back(), {0, 1, 1, 1});
  SetShape stranger = shape("dc1", 1);
  stranger.cluster = "other";
  stage.make_dc(stranger);
}

/// The controller and the kubelet of the stage, as far as it needs them: a pod that was told to end
/// comes back, at its gate when it has a record, and is let through when it has none any more.
class Kubelet {
 public:
  Kubelet(Stage& stage, std::vector<SetShape> shapes)
      : stage_(stage), shapes_(std::move(shapes)), thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            work();
            std::this_thread::sleep_for(pause);
          }
        }) {}

 private:
  static constexpr std::chrono::milliseconds pause{300};

  void work() {
    std::map<std::string, text::JsonView> pods;
    for (const text::JsonView& pod : stage_.api().get(stage_.core("pods")).objects("items"))
      pods.emplace(pod.object("metadata").text("name"), pod);
    const auto records = stage_.data_of(config_map);
    for (const SetShape& set : shapes_) {
      for (int ordinal = 0; ordinal < set.replicas; ++ordinal)
        serve(set, ordinal, pods.at(set.pod(ordinal)), records.contains(set.pod(ordinal)));
    }
  }

  void serve(const SetShape& set, int ordinal, const text::JsonView& pod, bool recorded) {
    const bool running = pod.object("status").text("phase") == "Running";
    if (pod.object("metadata").has("deletionTimestamp")) {
      stage_.replace_pod(set, ordinal, recorded ? PodPhase::held : PodPhase::ready);
    } else if (!running && !recorded) {
      stage_.set_phase(set, ordinal, PodPhase::ready);
    }
  }

  Stage& stage_;
  std::vector<SetShape> shapes_;
  std::jthread thread_;
};

/// Runs schemathesis to its end. Hypothesis leaves files where it is started.
void run_schemathesis(const AgentProcess& agent, const std::vector<std::string>& options) {
  const TempFolder folder;
  std::vector<std::string> command{
      "env",        "-C",  folder.path().string(),
      schemathesis, "run", "http://127.0.0.1:" + std::to_string(agent.port())};
  command.insert(command.end(), options.begin(), options.end());
  Program run(command);
  const auto exit_code = run.wait_exit(contract_run_max);
  BOOST_TEST_MESSAGE(run.standard_output());
  BOOST_TEST(exit_code.has_value(), "schemathesis took too long");
  BOOST_TEST((exit_code == 0), run.standard_output() << run.standard_error());
}

/// How many requests the metrics have counted.
int requests_in(const std::string& metrics) {
  int count = 0;
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("maintenance_agent_requests_total{")) {
      count += std::stoi(line.substr(line.rfind(' ')));
    }
  }
  return count;
}

/// All objects that the agent could change, each in one line with its version.
std::string world(Stage& stage) {
  std::string out;
  for (const std::string& resource :
       {stage.core("pods"), stage.core("configmaps"), stage.group("apps/v1", "statefulsets")}) {
    for (const text::JsonView& one : stage.api().get(resource).objects("items")) {
      const text::JsonView meta = one.object("metadata");
      out += resource + " " + meta.text("name") + " " + meta.text("resourceVersion") + "\n";
    }
  }
  return out;
}

/// A run that never met an answer has not tested it.
void expect_answered(const std::string& metrics, const std::string& method, int status) {
  const std::string counter = "maintenance_agent_requests_total{method=\"" + method +
                              "\",status=\"" + std::to_string(status) + "\"}";
  BOOST_TEST(metrics.find(counter) != std::string::npos, "no " << method << " got " << status);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_test, Stage)

BOOST_AUTO_TEST_CASE(the_agent_answers_as_its_contract_says) {
  make_everything(*this, all_shapes());
  const Kubelet kubelet(*this, all_shapes());
  AgentProcess agent(*this);
  agent.wait_started();
  run_schemathesis(agent, {});

  const std::string metrics = agent.ask_health("/metrics");
  BOOST_TEST_MESSAGE(metrics);
  for (const int status : {200, 400, 404, 409, 422, 429})
    expect_answered(metrics, "PUT", status);
  for (const int status : {200, 400, 404})
    expect_answered(metrics, "DELETE", status);
  for (const int status : {200, 400, 404})
    expect_answered(metrics, "GET", status);
  expect_answered(metrics, "OPTIONS", 204);
  expect_answered(metrics, "POST", 405);
  BOOST_TEST(metrics.find("status=\"5") == std::string::npos, metrics);
}

BOOST_AUTO_TEST_CASE(who_may_only_look_changes_nothing) {
  // Without records: those the agent would carry out by itself.
  make_config_map(config_map);
  for (const SetShape& set : all_shapes())
    make_dc(set);
  grant(*this, "reader", "{apiGroups: [''], resources: [pods/maintenance], verbs: [get, list]}");
  const std::string token = service_account_token(*this, "reader", "maintenance-agent");
  AgentProcess agent(
      *this, {{"MAINTENANCE_AUTH_LOOPBACK", "token"}, {"MAINTENANCE_AUTH_ANONYMOUS", "none"}});
  agent.wait_started();
  // It notes by itself which sets are OrderedReady.
  BOOST_REQUIRE(eventually(patience, [&] {
    return api().get(core("configmaps/" + config_map)).object("metadata").has("annotations");
  }));
  const std::string before = world(*this);
  // Who may not hears that first, and not what else is wrong.
  run_schemathesis(agent, {"-H", "Authorization: Bearer " + token, "-n", examples_for_each_rule,
                           "--exclude-checks", "negative_data_rejection"});
  BOOST_TEST(world(*this) == before);

  const std::string metrics = agent.ask_health("/metrics");
  BOOST_TEST_MESSAGE(metrics);
  BOOST_TEST(requests_in(metrics) >= unauthorised_cases_min);
  for (const char* method : {"PUT", "DELETE"})
    expect_answered(metrics, method, 403);
  expect_answered(metrics, "GET", 200);
  BOOST_TEST(metrics.find("status=\"5") == std::string::npos, metrics);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
