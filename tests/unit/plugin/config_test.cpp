#include "plugin/commands/config.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

const std::string object =
    R"({"kind":"ConfigMap","metadata":{"name":"demo-maintenance-configmap"},"data":{)"
    R"("a":"{\"id\":\"1\",\"by\":\"jane\",\"reason\":\"disk \\u001b[2J\",)"
    R"(\"since\":\"2026-01-01T00:00:00Z\"}","b":"true"}})";

struct Stage : FakeSurroundings {
  ConfigCommand command;
  int run() { return static_cast<int>(run_config(command, around)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(config_test, Stage)

BOOST_AUTO_TEST_CASE(records_are_a_table_also_those_of_the_reference_system) {
  link.agent.then(json_answer(200, object));
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() ==
             "POD   BY         SINCE                  UNTIL    REASON\n"
             "a     jane (?)   2026-01-01T00:00:00Z   <none>   disk \\x1b[2J\n"
             "b     <none>     <none>                 <none>   <none>\n");
  BOOST_TEST(link.agent.requests().front().target == "/config");
}

BOOST_AUTO_TEST_CASE(names_and_documents) {
  command.format = Format::name;
  link.agent.then(json_answer(200, object)).then(json_answer(200, object));
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() == "pod/a\npod/b\n");
  command.format = Format::yaml;
  BOOST_TEST(run() == 0);
  BOOST_TEST(contains(out(), "b: \"true\"\n"), out());
}

BOOST_AUTO_TEST_CASE(nothing_in_it_is_said_on_stderr) {
  link.agent.then(json_answer(200, R"({"metadata":{"name":"x"}})"));
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() == "");
  BOOST_TEST(err() == "No pod is in maintenance: ConfigMap \"x\" has no records.\n");
}

BOOST_AUTO_TEST_CASE(a_failure_has_its_exit_code) {
  link.agent.then(json_answer(503, R"({"error":"the ConfigMap x does not exist"})"));
  BOOST_TEST(run() == 1);
  BOOST_TEST(err() == "error: the ConfigMap x does not exist\n");
}

BOOST_AUTO_TEST_SUITE_END()
