#include "plugin/commands/check.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

struct Stage : FakeSurroundings {
  CheckCommand command;
  std::string manifest;

  int run() { return static_cast<int>(run_check(command, around)); }
  int run_files() {
    const FileReader read = [this](const std::string& name) -> Result<std::string> {
      if (name == "missing") return Error{ErrorKind::not_found, "reading missing", "no such file"};
      return manifest;
    };
    return static_cast<int>(run_check_files(command, streams.io, read));
  }
};

const std::string without_gate =
    "kind: StatefulSet\nmetadata: {name: x}\nspec:\n  podManagementPolicy: Parallel\n  template:\n "
    "   spec:\n      terminationGracePeriodSeconds: 600\n      containers:\n      - name: "
    "cassandra\n        lifecycle: {preStop: {}}\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(check_test, Stage)

BOOST_AUTO_TEST_CASE(every_step_that_is_well) {
  link.agent.then(status_report_answer({pod_report("a", State::normal, Wish::out)}));
  link.agent.then(json_answer(200, R"({"name":"a","state":"normal","dryRun":true,"verdict":[)"
                                   R"({"guard":"no-drain","kind":"warning","refuses":false,)"
                                   R"("message":"no preStop hook","blockers":[],"remedy":""}]})"));
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() ==
             "ok    kubeconfig   fine\n"
             "ok    login        fine\n"
             "ok    permissions  fine\n"
             "ok    agent pod    fine\n"
             "ok    agent        answers in 0 ms, 1 pods of Cassandra cluster \"demo\"\n"
             "ok    version      agent v0.1.0\n"
             "ok    policy       StatefulSet demo-cassandra-dc1 is Parallel\n"
             "note  drain        no preStop hook\n"
             "ok    gate         StatefulSet demo-cassandra-dc1 has it\n");
  BOOST_TEST(err() == "");
  for (const auto& request : link.agent.requests()) {
    BOOST_TEST((request.method == "GET" || contains(request.target, "dryRun=true")));
  }
}

BOOST_AUTO_TEST_CASE(it_stops_at_the_first_step_that_fails) {
  link.examined.emplace(Examination::permissions,
                        Error{ErrorKind::forbidden, "", "may not create pods/portforward"});
  BOOST_TEST(run() == 5);
  BOOST_TEST(contains(out(), "ok    login        fine\nfail  permissions  see below\n"), out());
  BOOST_TEST(!contains(out(), "agent pod"));
  BOOST_TEST(err() == "error: may not create pods/portforward\n");
  BOOST_TEST(link.agent.requests().empty());
}

BOOST_AUTO_TEST_CASE(an_agent_that_sees_no_pods_has_the_wrong_selector) {
  link.agent.then(status_report_answer({}));
  BOOST_TEST(run() == 4);
  BOOST_TEST(contains(err(), "CASSANDRA_ENDPOINT_LABELS matches no pod"), err());
}

BOOST_AUTO_TEST_CASE(pods_without_a_gate_are_a_failure) {
  link.agent.then(status_report_answer({pod_report("a", State::normal, Wish::out)}));
  link.agent.then(json_answer(409, R"({"verdict":[{"guard":"no-gate","kind":"hard","refuses":true,)"
                                   R"("message":"no init container","blockers":[],)"
                                   R"("remedy":"add the gate"}]})"));
  BOOST_TEST(run() == 3);
  BOOST_TEST(contains(err(), "no init container; next: add the gate"), err());
}

BOOST_AUTO_TEST_CASE(steps_as_a_document) {
  command.format = Format::json;
  link.examined.emplace(Examination::login, Error{ErrorKind::unauthorized, "", "log in"});
  BOOST_TEST(run() == 5);
  BOOST_TEST(contains(out(),
                      "\"step\": \"login\",\n            \"result\": \"fail\",\n            "
                      "\"detail\": \"log in\""),
             out());
}

BOOST_AUTO_TEST_CASE(a_manifest_with_a_mistake) {
  command.files = {"cassandra.yaml"};
  manifest = without_gate;
  BOOST_TEST(run_files() == 1);
  BOOST_TEST(out() ==
             "cassandra.yaml:7: error: StatefulSet x: there is no init container maintenance-mode, "
             "so nothing can hold its pods [no-gate]\n  next: add the gate: docs/install.md\n");
  BOOST_TEST(err() == "1 object looked at, 1 finding\n");
}

BOOST_AUTO_TEST_CASE(a_manifest_from_standard_input_as_a_document) {
  command.files = {"-"};
  command.format = Format::json;
  streams.in.str(without_gate);
  BOOST_TEST(run_files() == 1);
  BOOST_TEST(contains(out(), "\"objects\": 1"), out());
  BOOST_TEST(contains(out(), "\"rule\": \"no-gate\""), out());
  BOOST_TEST(err() == "");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  command.files = {"missing"};
  BOOST_TEST(run_files() == 4);
  command.files = {"bad.yaml"};
  manifest = "a: [";
  BOOST_TEST(run_files() == 1);
  BOOST_TEST(contains(err(), "error: bad.yaml: "), err());
}

BOOST_AUTO_TEST_SUITE_END()
