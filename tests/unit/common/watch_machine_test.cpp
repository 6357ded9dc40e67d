#include "common/kube/watch_machine.h"

#include <boost/test/unit_test.hpp>

using maintenance::Deadline;
using maintenance::kube::WatchMachine;
using maintenance::kube::WatchStep;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Deadline start{std::chrono::hours(1)};

/// A machine that has listed and watches since `start`.
WatchMachine watching() {
  WatchMachine machine;
  machine.listed("10");
  machine.opened(start);
  return machine;
}

bool steps(const WatchMachine& machine, Deadline now, WatchStep step) {
  return machine.next(now) == step;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(watch_machine_test)

BOOST_AUTO_TEST_CASE(it_lists_and_then_watches_from_there) {
  WatchMachine machine;
  BOOST_TEST(steps(machine, start, WatchStep::list));
  machine.listed("10");
  BOOST_TEST(steps(machine, start, WatchStep::watch));
  BOOST_TEST(machine.resource_version() == "10");
}

BOOST_AUTO_TEST_CASE(a_watch_that_ends_in_good_order_goes_on_at_once_from_the_last_event) {
  WatchMachine machine = watching();
  machine.seen("11");
  machine.seen("");  // an object without a version changes nothing
  machine.ended(true, start + seconds(290), 0);
  BOOST_TEST(steps(machine, start + seconds(290), WatchStep::watch));
  BOOST_TEST(machine.resource_version() == "11");
}

BOOST_AUTO_TEST_CASE(a_version_that_is_too_old_is_listed_anew) {
  WatchMachine refused = watching();
  refused.refused(410, start, 0);
  BOOST_TEST(steps(refused, start, WatchStep::list));
  WatchMachine broken = watching();
  broken.broken(410, start, 0);
  BOOST_TEST(steps(broken, start, WatchStep::list));
}

BOOST_AUTO_TEST_CASE(a_server_that_always_says_too_old_is_not_hammered) {
  WatchMachine machine = watching();
  machine.refused(410, start, 0);
  machine.listed("20");
  machine.refused(410, start, 0);
  BOOST_TEST(steps(machine, start, WatchStep::wait));
  BOOST_TEST(steps(machine, machine.wait_ends(), WatchStep::list));
}

BOOST_AUTO_TEST_CASE(what_breaks_or_is_not_allowed_begins_with_a_list_after_a_while) {
  for (const int code : {400, 401, 403}) {
    WatchMachine machine = watching();
    machine.refused(code, start, 0);
    BOOST_TEST(steps(machine, start, WatchStep::wait), code);
    BOOST_TEST(steps(machine, machine.wait_ends(), WatchStep::list), code);
  }
  WatchMachine garbage = watching();
  garbage.broken(0, start, 0);
  BOOST_TEST(steps(garbage, start, WatchStep::wait));
  BOOST_TEST(steps(garbage, garbage.wait_ends(), WatchStep::list));
}

BOOST_AUTO_TEST_CASE(an_unreachable_server_is_asked_for_the_same_watch_later) {
  for (const int code : {0, 429, 500, 503, 504}) {
    WatchMachine machine = watching();
    machine.refused(code, start, 0);
    BOOST_TEST(steps(machine, start, WatchStep::wait), code);
    BOOST_TEST(steps(machine, machine.wait_ends(), WatchStep::watch), code);
    BOOST_TEST(machine.resource_version() == "10");
  }
}

BOOST_AUTO_TEST_CASE(a_watch_that_ends_at_once_without_an_event_is_a_failure) {
  WatchMachine machine = watching();
  machine.ended(true, start + milliseconds(500), 0);
  BOOST_TEST(steps(machine, start + milliseconds(500), WatchStep::wait));
}

BOOST_AUTO_TEST_CASE(waits_double_up_to_the_longest_and_are_jittered_downwards) {
  WatchMachine machine;
  milliseconds expected{800};
  for (int i = 0; i < 40; ++i) {
    machine.list_failed(start, 0);
    BOOST_TEST((machine.wait_ends() - start == expected), i);
    expected = std::min(expected * 2, milliseconds(30'000));
  }
  machine.list_failed(start, 1);
  BOOST_TEST((machine.wait_ends() - start == milliseconds(15'000)));
}

BOOST_AUTO_TEST_CASE(a_healthy_life_makes_the_next_failure_a_first_one) {
  WatchMachine machine;
  for (int i = 0; i < 10; ++i)
    machine.list_failed(start, 0);
  machine.listed("10");
  machine.opened(start);
  machine.seen("11");
  machine.ended(false, start + seconds(200), 0);
  machine.list_failed(start + seconds(200), 0);
  BOOST_TEST((machine.wait_ends() - start <= seconds(202)));
}

BOOST_AUTO_TEST_SUITE_END()
