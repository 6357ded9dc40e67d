#include "plugin/commands/version.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

const std::string own = "v" MAINTENANCE_VERSION;

struct Stage : FakeSurroundings {
  VersionCommand command;

  void agent_is(const std::string& version) {
    ClusterReport report = cluster_report({});
    report.agent_version = version;
    link.agent.then(json_answer(200, text::to_json(*report_to_json(report))));
  }
  int run() { return static_cast<int>(run_version(command, around)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(version_test, Stage)

BOOST_AUTO_TEST_CASE(both_versions_and_no_word_when_they_fit) {
  agent_is(MAINTENANCE_VERSION "-9");
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() == "Client Version: " + own + "\nAgent Version: " + own + "-9\n");
  BOOST_TEST(err() == "");
}

BOOST_AUTO_TEST_CASE(versions_far_apart_are_a_warning) {
  for (const char* version : {"9.0.0", "0.99.0", "", "x\x1b"}) {
    Stage stage;
    stage.agent_is(version);
    BOOST_TEST(stage.run() == 0);
    BOOST_TEST(contains(stage.err(), "Warning: client " + own + " and agent v"), stage.err());
    BOOST_TEST(!contains(stage.out() + stage.err(), "\x1b"));
  }
}

BOOST_AUTO_TEST_CASE(without_the_agent_ours_is_said) {
  command.format = Format::yaml;
  link.agent.then(problem_answer(503, "no API server"));
  BOOST_TEST(run() == 1);
  BOOST_TEST(out() == "clientVersion: \"" + own + "\"\n");
  BOOST_TEST(err() == "error: no API server\n");
}

BOOST_AUTO_TEST_CASE(for_programs) {
  command.format = Format::json;
  agent_is(MAINTENANCE_VERSION);
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() == "{\n    \"clientVersion\": \"" + own + "\",\n    \"agentVersion\": \"" + own +
                          "\"\n}\n");
}

BOOST_AUTO_TEST_SUITE_END()
