// The real agent program against docs/openapi.yaml: everything that the document allows and a lot
// that it forbids, on a real API server. What is compared and what is left out: contract/.
#include <boost/test/unit_test.hpp>

#include "tests/cluster/support/agent_process.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";
const std::string schemathesis =
    std::string(MAINTENANCE_SOURCE_FOLDER) + "/tests/cluster/contract/schemathesis.sh";

/// A minute on two quiet cores; sanitizers and neighbours make it longer.
constexpr std::chrono::seconds contract_run_max{210};

SetShape shape(const std::string& dc, int replicas) {
  SetShape out;
  out.dc = dc;
  out.replicas = replicas;
  return out;
}

/// A pod or a datacenter for each kind of answer; contract/schemathesis.toml has their names.
void make_everything(Stage& stage) {
  stage.make_config_map(config_map);
  stage.make_dc(shape("dc1", 3));
  const SetShape held = shape("dc2", 2);
  stage.make_dc(held);
  stage.write_key(config_map, held.pod(0), R"({"id":"x","by":"jane","verified":false})");
  stage.replace_pod(held, 0, PodPhase::held);
  stage.write_key(config_map, "demo-cassandra-dc1-9", "true");  // a record without a pod
  SetShape ordered = shape("ordered", 2);
  ordered.policy = "OrderedReady";
  stage.make_dc(ordered);
  SetShape gateless = shape("gateless", 1);
  gateless.gate = false;
  stage.make_dc(gateless);
  const SetShape guarded = shape("guarded", 1);
  stage.make_dc(guarded);
  stage.make_budget("guarded", guarded, {0, 1, 1, 1});
  SetShape stranger = shape("dc1", 1);
  stranger.cluster = "other";
  stage.make_dc(stranger);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_test, Stage)

BOOST_AUTO_TEST_CASE(the_agent_answers_as_its_contract_says) {
  make_everything(*this);
  AgentProcess agent(*this);
  agent.wait_started();
  // Hypothesis leaves files where it is started.
  const TempFolder folder;
  Program run({"env", "-C", folder.path().string(), schemathesis, "run",
               "http://127.0.0.1:" + std::to_string(agent.port())});
  const auto exit_code = run.wait_exit(contract_run_max);
  BOOST_TEST_MESSAGE(run.standard_output());
  BOOST_TEST(exit_code.has_value(), "schemathesis took too long");
  BOOST_TEST((exit_code == 0), run.standard_output() << run.standard_error());
  BOOST_TEST(agent.program().running());
  BOOST_TEST(agent.ask_health("/livez").starts_with("200 "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
