#include "plugin/commands/status_watch.h"

#include <boost/test/unit_test.hpp>

#include "plugin/commands/status.h"
#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

struct Stage : FakeSurroundings {
  StatusCommand command;

  Stage() { command.watch = true; }

  int watch(int looks) {
    interrupts.raise_after(looks);
    return static_cast<int>(run_status(command, around));
  }
  Stage& sees(std::vector<PodReport> pods) {
    link.agent.then(status_report_answer(std::move(pods)));
    return *this;
  }
  /// What was printed after the first look.
  [[nodiscard]] std::string later(int rows_before) const {
    std::string rest = out();
    for (int i = 0; i < rows_before; ++i)
      rest.erase(0, rest.find('\n') + 1);
    return rest;
  }
};

const PodReport normal = pod_report("a", State::normal, Wish::out);
const PodReport held = pod_report("a", State::held, Wish::in);
const PodReport other = pod_report("b", State::normal, Wish::out);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(status_watch_test, Stage)

BOOST_AUTO_TEST_CASE(only_what_changes_is_shown_again) {
  sees({normal, other}).sees({normal, other}).sees({held, other}).sees({held, other});
  BOOST_TEST(watch(3) == 130);
  BOOST_TEST(later(3) ==
             "a      dc1   held     in     gate running   jane (?)   2025-12-31T23:30:00Z   30m    "
             "  disk check\n");
}

BOOST_AUTO_TEST_CASE(new_pods_and_pods_that_are_gone_are_changes) {
  sees({normal}).sees({normal, other}).sees({normal});
  BOOST_TEST(watch(2) == 130);
  const std::string shown = later(2);
  BOOST_TEST(contains(shown, "b      dc1   normal"), shown);
  BOOST_TEST(contains(shown, "b      dc1   gone"), shown);
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_away_for_a_while_is_said_once) {
  sees({normal});
  for (int i = 0; i < 5; ++i)
    link.agent.then(Error{ErrorKind::unreachable, "", "no route"});
  sees({held});
  BOOST_TEST(watch(6) == 130);
  BOOST_TEST(err() == "Warning: no route; trying again\n");
  BOOST_TEST(contains(later(2), "held"));
}

BOOST_AUTO_TEST_CASE(an_agent_that_stays_away_ends_it) {
  bool first = true;
  link.agent.handle_with([&first](const http::Request&) -> Answer {
    if (std::exchange(first, false)) return status_report_answer({normal});
    return Error{ErrorKind::unreachable, "", "no route"};
  });
  BOOST_TEST(watch(1000) == 6);
  BOOST_TEST(clock.sleeps().size() == static_cast<std::size_t>(failed_looks_max));
}

BOOST_AUTO_TEST_CASE(what_cannot_get_better_ends_it_at_once) {
  sees({normal});
  link.agent.then(Error{ErrorKind::forbidden, "", "no"});
  BOOST_TEST(watch(1000) == 5);
}

BOOST_AUTO_TEST_CASE(programs_get_whole_documents) {
  command.format = Format::yaml;
  sees({normal}).sees({normal}).sees({held});
  BOOST_TEST(watch(2) == 130);
  BOOST_TEST(contains(out(), "---\nagent:"), out());
  BOOST_TEST(contains(out(), "state: \"held\""), out());
}

BOOST_AUTO_TEST_SUITE_END()
