#include "agent/reconcile/chronicle.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using agent::HappeningKind;
using std::chrono::seconds;

const std::string p0 = pod_name("dc1", 0);

struct ChronicleStage : AgentStage {
  agent::Chronicle chronicle{{log, metrics, tell}};

  ChronicleStage() { cluster.add_dc("dc1", 2); }
  void look() {
    const agent::Snapshot snapshot = snapshot_of(cluster);
    chronicle.look(snapshot, agent::assess(snapshot, clock.now()), clock.now());
  }
  void record_since(seconds ago) {
    cluster.data[p0] = R"({"id":"a","since":")" + text::format_timestamp(clock.now() - ago) + "\"}";
  }
  [[nodiscard]] std::vector<HappeningKind> kinds() const {
    std::vector<HappeningKind> out;
    for (const agent::Happening& one : told)
      out.push_back(one.kind);
    return out;
  }
  [[nodiscard]] bool exposes(const std::string& line) const {
    return has_all(metrics.exposition(), {line});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(chronicle_test, ChronicleStage)

BOOST_AUTO_TEST_CASE(a_whole_maintenance_is_told_and_timed) {
  look();
  record_since(seconds(0));
  cluster.pods[p0].phase = FakePhase::terminating;
  look();
  BOOST_TEST(exposes(R"(pods{state="entering"} 1)"));
  BOOST_TEST(told.empty());

  clock.advance(seconds(7));
  cluster.pods[p0].phase = FakePhase::held;
  cluster.pods[p0].uid = "successor";
  look();
  look();  // nothing new: told once
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST((told[0].kind == HappeningKind::held));
  BOOST_TEST(told[0].uid == "successor");
  BOOST_TEST(exposes("time_to_held_seconds_sum 7"));
  BOOST_TEST(exposes(R"(pods{state="held"} 1)"));
  BOOST_TEST(exposes("oldest_hold_seconds 7"));

  cluster.data.clear();
  look();
  BOOST_TEST(exposes(R"(pods{state="leaving"} 1)"));
  clock.advance(seconds(1));
  cluster.pods[p0].phase = FakePhase::running;
  look();
  BOOST_TEST(exposes("time_to_leave_seconds_sum 1"));
  BOOST_TEST(told.size() == 1U);
  cluster.pods[p0].phase = FakePhase::ready;
  look();
  look();
  BOOST_REQUIRE(told.size() == 2U);
  BOOST_TEST((told[1].kind == HappeningKind::back));
  BOOST_TEST(exposes(R"(pods{state="normal"} 2)"));
  BOOST_TEST(
      has_all(log_text(), {R"("event":"held")", R"("took_ms":"7000")", R"("event":"back")"}));
}

BOOST_AUTO_TEST_CASE(a_gate_that_ends_between_two_looks_counts_too) {
  record_since(seconds(30));
  cluster.pods[p0].phase = FakePhase::held;
  look();
  clock.advance(seconds(1));
  cluster.data.clear();
  cluster.pods[p0].phase = FakePhase::ready;
  look();
  BOOST_TEST(exposes("time_to_leave_seconds_sum 1"));
  BOOST_TEST((kinds() == std::vector{HappeningKind::held, HappeningKind::back}));
}

BOOST_AUTO_TEST_CASE(an_agent_that_starts_tells_of_young_holds_only) {
  record_since(seconds(5));
  cluster.pods[p0].phase = FakePhase::held;
  look();
  BOOST_TEST(told.size() == 1U);
  BOOST_TEST(exposes("time_to_held_seconds_count 0"));  // it did not see when

  told.clear();
  agent::Chronicle later{{log, metrics, tell}};
  record_since(agent::untold_hold_max + seconds(1));
  const agent::Snapshot snapshot = snapshot_of(cluster);
  later.look(snapshot, {}, clock.now());
  BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(a_plain_restart_is_nobodys_maintenance) {
  look();
  cluster.pods[p0].phase = FakePhase::running;
  look();
  cluster.pods[p0].phase = FakePhase::ready;
  look();
  BOOST_TEST(told.empty());
  BOOST_TEST(exposes("time_to_leave_seconds_count 0"));
}

BOOST_AUTO_TEST_CASE(a_held_pod_that_was_replaced_is_told_anew) {
  record_since(seconds(0));
  cluster.pods[p0].phase = FakePhase::held;
  look();
  cluster.pods[p0].uid = "another";
  look();
  BOOST_REQUIRE(told.size() == 2U);
  BOOST_TEST(make_event(told[0], "", clock.now()).name !=
             make_event(told[1], "", clock.now()).name);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
