#include "plugin/commands/status_everywhere.h"

#include <boost/test/unit_test.hpp>
#include <mutex>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

struct Stage : FakeSurroundings {
  StatusCommand command;
  std::mutex mutex;
  std::vector<AgentPlace> asked;

  PlaceAnswer ask(const AgentPlace& place) {
    const std::lock_guard lock(mutex);
    asked.push_back(place);
    if (place.namespace_name == "far") {
      return Error{ErrorKind::unreachable, "", "its node is gone"};
    }
    PodReport pod = pod_report(place.instance + "-0", State::held, Wish::in);
    pod.warnings = {"held for long"};
    ClusterReport report = cluster_report({pod});
    report.cluster = place.instance;
    report.namespace_name = place.namespace_name;
    return StatusAnswer{report, report_to_json(report)};
  }
  int run() {
    return static_cast<int>(run_status_everywhere(
        command, around, [this](const AgentPlace& place) { return ask(place); }));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(status_everywhere_test, Stage)

BOOST_AUTO_TEST_CASE(all_agents_are_asked_and_those_that_are_not_reached_shown) {
  link.places = std::vector<AgentPlace>{{"a", "one"}, {"far", "two"}, {"z", "three"}};
  BOOST_TEST(run() == 9);
  BOOST_TEST(asked.size() == 3U);
  BOOST_TEST(
      out() ==
      "NAMESPACE   CLUSTER   NAME      DC       STATE     WISH     REALITY             BY    "
      "     SINCE                  AGE      REASON\n"
      "a           one       one-0     dc1      held      in       gate running        jane (?"
      ")   2025-12-31T23:30:00Z   30m      disk check\n"
      "far         two       <none>    <none>   unknown   <none>   agent not reached   <none>"
      "     <none>                 <none>   <none>\n"
      "z           three     three-0   dc1      held      in       gate running        jane (?"
      ")   2025-12-31T23:30:00Z   30m      disk check\n");
  BOOST_TEST(contains(err(),
                      "error: the agent of Cassandra cluster \"two\" in namespace \"far\": "
                      "its node is gone\n"),
             err());
  BOOST_TEST(contains(err(), "Warning: z pod/three-0: held for long\n"), err());
}

BOOST_AUTO_TEST_CASE(many_agents_are_all_asked_once) {
  std::vector<AgentPlace> many;
  for (int i = 0; i < 100; ++i)
    many.push_back({"ns" + std::to_string(i), "c"});
  link.places = many;
  command.format = Format::name;
  BOOST_TEST(run() == 0);
  BOOST_TEST(asked.size() == 100U);
  const std::string names = out();
  BOOST_TEST(std::count(names.begin(), names.end(), '\n') == 100);
}

BOOST_AUTO_TEST_CASE(a_document_has_both_kinds) {
  link.places = std::vector<AgentPlace>{{"a", "one"}, {"far", "two"}};
  command.format = Format::json;
  BOOST_TEST(run() == 9);
  BOOST_TEST(contains(out(), "\"cluster\": \"one\""), out());
  BOOST_TEST(contains(out(), "\"exitCode\": 6"), out());
}

BOOST_AUTO_TEST_CASE(none_at_all_and_none_reached) {
  BOOST_TEST(run() == 0);
  BOOST_TEST(err() == "No maintenance agents found.\n");
  BOOST_TEST(out() == "");
  link.places = std::vector<AgentPlace>{{"far", "two"}};
  BOOST_TEST(run() == 6);
  link.places = Error{ErrorKind::forbidden, "", "pods is forbidden"};
  BOOST_TEST(run() == 5);
}

BOOST_AUTO_TEST_SUITE_END()
