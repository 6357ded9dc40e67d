#include "plugin/commands/status.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

struct Stage : FakeSurroundings {
  StatusCommand command;

  int run() { return static_cast<int>(run_status(command, around)); }
  void report_three() {
    PodReport eleventh = pod_report("demo-cassandra-dc1-10", State::normal, Wish::out);
    PodReport other = pod_report("demo-cassandra-dc2-0", State::missing, Wish::in);
    other.dc = "dc2";
    other.stateful_set = "demo-cassandra-dc2";
    other.record = Record{};
    link.agent.then(status_report_answer(
        {other, eleventh, pod_report("demo-cassandra-dc1-2", State::held, Wish::in)}));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(status_test, Stage)

BOOST_AUTO_TEST_CASE(a_table_of_the_whole_cluster) {
  report_three();
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() ==
             "NAME                    DC    STATE     WISH   REALITY        BY         SINCE"
             "                  AGE      REASON\n"
             "demo-cassandra-dc1-2    dc1   held      in     gate running   jane (?)   "
             "2025-12-31T23:30:00Z   30m      disk check\n"
             "demo-cassandra-dc1-10   dc1   normal    out    ready          <none>     <none>"
             "                 <none>   <none>\n"
             "demo-cassandra-dc2-0    dc2   missing   in     no pod         <none>     <none>"
             "                 <none>   <none>\n");
  BOOST_TEST(err() == "");
  BOOST_TEST(link.agent.requests().size() == 1U);
  BOOST_TEST(link.asked_for_user == 0);
}

BOOST_AUTO_TEST_CASE(wide_adds_three_columns) {
  command.format = Format::wide;
  PodReport held = pod_report("a", State::held, Wish::in);
  held.record->until = text::parse_timestamp("2026-01-01T02:00:00Z");
  held.record->verified = true;
  link.agent.then(status_report_answer({held}));
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() ==
             "NAME   DC    STATE   WISH   REALITY        BY     SINCE                  AGE   REASON"
             "       STATEFULSET          POLICY     UNTIL\n"
             "a      dc1   held    in     gate running   jane   2025-12-31T23:30:00Z   30m   disk "
             "check   demo-cassandra-dc1   Parallel   2026-01-01T02:00:00Z\n");
}

BOOST_AUTO_TEST_CASE(names) {
  command.format = Format::name;
  report_three();
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() ==
             "pod/demo-cassandra-dc1-2\npod/demo-cassandra-dc1-10\n"
             "pod/demo-cassandra-dc2-0\n");
}

BOOST_AUTO_TEST_CASE(json_is_the_agents_own) {
  command.format = Format::json;
  link.agent.then(json_answer(200, R"({"cluster":"demo","news":[1],"pods":[)"
                                   R"({"name":"a","state":"held","more":{"x":1}}]})"));
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() ==
             "{\n    \"cluster\": \"demo\",\n    \"news\": [\n        1\n    ],\n"
             "    \"pods\": [\n        {\n            \"more\": {\n                \"x\": "
             "1\n            },\n            \"name\": \"a\",\n            \"state\": "
             "\"held\"\n        }\n    ]\n}\n");
}

BOOST_AUTO_TEST_CASE(json_of_some_pods) {
  command.format = Format::json;
  command.targets = Targets{TargetKind::dc, {"dc2"}};
  report_three();
  BOOST_TEST(run() == 0);
  const auto parsed = text::parse_json_object(out(), "reading the output");
  REQUIRE_OK(parsed);
  const auto pods = text::JsonView(*parsed).objects("pods");
  BOOST_REQUIRE(pods.size() == 1U);
  BOOST_TEST(pods[0].text("name") == "demo-cassandra-dc2-0");
  BOOST_TEST(text::JsonView(*parsed).text("cluster") == "demo");
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_not_there_is_4_and_the_others_are_shown) {
  command.format = Format::name;
  command.targets = Targets{TargetKind::pod, {"nobody", "demo-cassandra-dc1-2"}};
  report_three();
  BOOST_TEST(run() == 4);
  BOOST_TEST(out() == "pod/demo-cassandra-dc1-2\n");
  BOOST_TEST(err() == "error: pod/nobody is not part of Cassandra cluster \"demo\"\n");
}

BOOST_AUTO_TEST_CASE(a_datacenter_is_compared_exactly) {
  command.targets = Targets{TargetKind::dc, {"dc"}};
  report_three();
  BOOST_TEST(run() == 4);
  BOOST_TEST(out() == "");
  BOOST_TEST(err() == "error: dc/dc is not part of Cassandra cluster \"demo\"\n");
}

BOOST_AUTO_TEST_CASE(no_pods_at_all) {
  link.agent.then(status_report_answer({}));
  BOOST_TEST(run() == 0);
  BOOST_TEST(out() == "");
  BOOST_TEST(err() == "No pods of Cassandra cluster \"demo\" found in namespace \"cassandra\".\n");
}

BOOST_AUTO_TEST_CASE(warnings_are_said_beside_the_table_only) {
  PodReport held = pod_report("a", State::held, Wish::in);
  held.warnings = {"held for 2d"};
  link.agent.then(status_report_answer({held})).then(status_report_answer({held}));
  BOOST_TEST(run() == 0);
  BOOST_TEST(err() == "Warning: pod/a: held for 2d\n");
  command.format = Format::json;
  BOOST_TEST(run() == 0);
  BOOST_TEST(err() == "Warning: pod/a: held for 2d\n");
}

BOOST_AUTO_TEST_CASE(hostile_reasons_cannot_drive_the_terminal) {
  PodReport held = pod_report("a", State::held, Wish::in);
  held.record->reason =
      "\x1b[31mred\n\xC2\x9B"
      "2J";
  link.agent.then(status_report_answer({held})).then(status_report_answer({held}));
  BOOST_TEST(run() == 0);
  BOOST_TEST(contains(out(), "\\x1b[31mred\\n"), out());
  BOOST_TEST(out().find_first_of("\x1b\x9B") == std::string::npos);
  streams.out.str("");
  command.format = Format::json;
  BOOST_TEST(run() == 0);
  BOOST_TEST(out().find_first_of("\x1b\x9B") == std::string::npos, out());
}

BOOST_AUTO_TEST_CASE(failures_have_their_codes) {
  link.agent.then(transport_error(ErrorKind::forbidden, "no"))
      .then(problem_answer(503, "the API server does not answer"));
  BOOST_TEST(run() == 5);
  BOOST_TEST(run() == 1);
  BOOST_TEST(contains(err(), "error: the API server does not answer\n"), err());
}

BOOST_AUTO_TEST_SUITE_END()
