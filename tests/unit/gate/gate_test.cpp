#include "agent/gate/gate.h"

#include <sys/mman.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <deque>

#include "tests/support/fake_clock.h"
#include "tests/unit/gate/support.h"

namespace {

using namespace maintenance;
using namespace maintenance::gate;
using namespace maintenance::testing;
using namespace maintenance::gate::testing;
using std::chrono::milliseconds;

/// Answers from a list, and with its last answer from then on.
template <class Answer>
Answer next(std::deque<Answer>& script) {
  Answer answer = script.front();
  if (script.size() > 1) script.pop_front();
  return answer;
}

struct ScriptedVolume final : Volume {
  View look() override { return next(script); }
  std::deque<View> script;
};

struct ScriptedProcesses final : ProcessList {
  Census others() override { return next(script); }
  std::deque<Census> script{Census{}};
};

/// Lets the time pass at once, records how long it was asked to wait, and stops the gate at last.
struct ScriptedWaiter final : Waiter {
  explicit ScriptedWaiter(FakeClock& its_clock) : clock(its_clock) {}
  bool arm() override { return armed; }
  Wake wait(milliseconds timeout) override {
    waits.push_back(timeout);
    clock.sleep_for(timeout);
    if (waits.size() >= waits_max) return {Wake::Reason::stopped, signal};
    return {Wake::Reason::timeout, 0};
  }
  FakeClock& clock;
  bool armed = true;
  int signal = SIGTERM;
  std::size_t waits_max = 20;
  std::vector<milliseconds> waits;
};

const View present{Presence::present, "..1", ""};
const View absent{Presence::absent, "..2", ""};
const View unreadable{Presence::unreadable, "", "/etc/maintenance: Permission denied"};

Census busy(std::vector<Process> processes) {
  Census census;
  census.count = processes.size();
  census.named = std::move(processes);
  return census;
}

const Census backup = busy({{12, "tar"}, {15, "bash"}});
const Census nobody{};

struct Fixture {
  int run(std::deque<View> views, std::deque<Census> processes_script = {Census{}}) {
    volume.script = std::move(views);
    processes.script = std::move(processes_script);
    const int file = ::memfd_create("log", 0);
    Log log(file, clock);
    const int code = Gate("demo-0", Parts{volume, processes, waiter, clock, log}).run();
    text = read_file("/proc/self/fd/" + std::to_string(file));
    ::close(file);
    return code;
  }
  int lines(const std::string& message) const {
    int count = 0;
    for (auto at = text.find(message); at != std::string::npos; at = text.find(message, at + 1))
      ++count;
    return count;
  }

  FakeClock clock;
  ScriptedVolume volume;
  ScriptedProcesses processes;
  ScriptedWaiter waiter{clock};
  std::string text;
};

constexpr int stopped_by_term = 143;

}  // namespace

BOOST_AUTO_TEST_SUITE(gate_test)

BOOST_FIXTURE_TEST_CASE(without_a_record_it_ends_without_waiting, Fixture) {
  BOOST_TEST(run({absent}) == 0);
  BOOST_TEST(waiter.waits.empty());
  BOOST_TEST(lines("not held") == 1);
  BOOST_TEST(lines("ended") == 1);
}

BOOST_FIXTURE_TEST_CASE(it_holds_until_the_record_is_gone_and_says_so_once, Fixture) {
  BOOST_TEST(run({present, present, present, absent}) == 0);
  BOOST_TEST(waiter.waits.size() == 3);
  BOOST_TEST(lines("info holding: the pod is in maintenance") == 1);
  BOOST_TEST(lines("kubectl maintenance disable pod demo-0") == 1);
  BOOST_TEST(lines("released: the pod is not in maintenance pod=demo-0 held_ms=6000") == 1);
}

BOOST_FIXTURE_TEST_CASE(it_polls_slowly_with_events_and_fast_without, Fixture) {
  BOOST_TEST(run({present}) == stopped_by_term);
  BOOST_TEST((waiter.waits.front() == poll_watched));
  waiter.armed = false;
  waiter.waits.clear();
  BOOST_TEST(run({present}) == stopped_by_term);
  BOOST_TEST((waiter.waits.front() == poll_unwatched));
}

BOOST_FIXTURE_TEST_CASE(a_volume_that_cannot_be_read_holds, Fixture) {
  waiter.waits_max = 1000;  // 2,000 s
  BOOST_TEST(run({unreadable}) == stopped_by_term);
  BOOST_TEST(waiter.waits.size() == 1000);
  BOOST_TEST(lines("reason=\"/etc/maintenance: Permission denied\"") >= 2);
  BOOST_TEST(lines("error holding: it cannot be told") <= 8);
}

BOOST_FIXTURE_TEST_CASE(a_volume_that_becomes_unreadable_while_held_holds, Fixture) {
  BOOST_TEST(run({present, unreadable, present, unreadable, absent}) == 0);
  BOOST_TEST(waiter.waits.size() == 4);
}

BOOST_FIXTURE_TEST_CASE(other_processes_are_waited_for_and_named, Fixture) {
  BOOST_TEST(run({present, absent}, {backup, backup, backup, backup, backup, nobody}) == 0);
  const std::vector<milliseconds> pauses(waiter.waits.begin() + 1, waiter.waits.end());
  const std::vector<milliseconds> expected{milliseconds(200), milliseconds(400), milliseconds(800),
                                           milliseconds(1000), milliseconds(1000)};
  BOOST_TEST((pauses == expected));
  BOOST_TEST(lines("warn released, but other processes still run in this container") == 1);
  BOOST_TEST(lines("12 (tar), 15 (bash)") == 1);
  BOOST_TEST(lines("after_ms=3400") == 1);
}

BOOST_FIXTURE_TEST_CASE(other_processes_do_not_flood_the_log, Fixture) {
  waiter.waits_max = 3600;  // about an hour of a script that starts a new command each second
  std::deque<Census> script;
  for (int pid = 100; pid < 3700; ++pid)
    script.push_back(busy({{pid, "worker"}}));
  BOOST_TEST(run({absent}, script) == stopped_by_term);
  BOOST_TEST(lines("still run") > 2);
  BOOST_TEST(lines("still run") <= 361);
}

BOOST_FIXTURE_TEST_CASE(processes_that_cannot_be_counted_hold, Fixture) {
  Census unknown;
  unknown.unreadable = "/proc: Permission denied";
  BOOST_TEST(run({absent}, {unknown}) == stopped_by_term);
  BOOST_TEST(lines("it cannot be told whether others run in this container") == 1);
}

BOOST_FIXTURE_TEST_CASE(a_record_that_comes_back_while_waiting_for_processes_holds, Fixture) {
  BOOST_TEST(run({present, absent, present, present, absent}, {backup, nobody}) == 0);
  BOOST_TEST(lines("holding again") == 1);
  BOOST_TEST(lines("released: ") == 2);
  BOOST_TEST(waiter.waits.size() == 4);
}

BOOST_FIXTURE_TEST_CASE(a_volume_that_vanishes_while_waiting_for_processes_holds, Fixture) {
  BOOST_TEST(run({absent, unreadable}, {backup, nobody}) == stopped_by_term);
}

BOOST_FIXTURE_TEST_CASE(a_signal_is_never_a_release, Fixture) {
  waiter.waits_max = 1;
  for (const auto& [signal, code] : std::map<int, int>{{SIGTERM, 143}, {SIGINT, 130}}) {
    waiter.signal = signal;
    waiter.waits.clear();
    BOOST_TEST(run({present}) == code);
    waiter.waits.clear();
    BOOST_TEST(run({absent}, {backup}) == code);
    BOOST_TEST(lines("this is not a release") == 1);
    BOOST_TEST(lines("exit_code=" + std::to_string(code) +
                     " processes=\"2 other processes: 12 (tar), 15 (bash)\"\n") == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()
