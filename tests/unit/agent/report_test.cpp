#include "agent/reconcile/report.h"

#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

const std::string pod = pod_name("dc1", 0);
const text::Timestamp now = FakeClock::default_start;

std::string record_since(text::Timestamp since) {
  Record record;
  record.since = since;
  return format_record(record);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_test)

BOOST_AUTO_TEST_CASE(the_state_is_computed_from_wish_and_reality) {
  struct Row {
    FakePhase phase;
    bool in;
    State state;
    const char* reality;
  };
  for (const Row& row :
       std::vector<Row>{{FakePhase::ready, false, State::normal, "ready"},
                        {FakePhase::ready, true, State::drifted, "ready"},
                        {FakePhase::held, true, State::held, "gate running"},
                        {FakePhase::held, false, State::leaving, "gate running"},
                        {FakePhase::terminating, true, State::entering, "terminating"},
                        {FakePhase::running, false, State::starting, "running"},
                        {FakePhase::pending, true, State::entering, "pending"}}) {
    FakeCluster cluster;
    cluster.add_dc("dc1", 1);
    cluster.pods[pod].phase = row.phase;
    if (row.in) cluster.data[pod] = "true";
    const PodReport report = agent::make_pod_report(snapshot_of(cluster), pod, now);
    BOOST_TEST((report.state == row.state), to_string(report.state));
    BOOST_TEST(report.reality == row.reality);
    BOOST_TEST(report.record.has_value() == row.in);
    BOOST_TEST(agent::is_held(snapshot_of(cluster), pod) == (row.state == State::held));
  }
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_being_made_is_entering_and_later_missing) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 1);
  cluster.pods.clear();
  cluster.data[pod] = record_since(now - std::chrono::minutes(1));
  const PodReport fresh = agent::make_pod_report(snapshot_of(cluster), pod, now);
  BOOST_TEST((fresh.state == State::entering));
  BOOST_TEST(fresh.stateful_set == "demo-cassandra-dc1");
  BOOST_TEST(fresh.dc == "dc1");
  const PodReport old =
      agent::make_pod_report(snapshot_of(cluster), pod, now + std::chrono::hours(1));
  BOOST_TEST((old.state == State::missing));
  BOOST_TEST(has_all(old.warnings.at(0), {"kubectl maintenance disable pod " + pod}));
}

BOOST_AUTO_TEST_CASE(of_an_ordered_set_the_pods_that_wait_for_a_held_one_are_named) {
  struct Row {
    const char* policy;
    int ordinal;
    FakePhase phase;
    const char* named;
  };
  for (const Row& row : std::vector<Row>{
           {"OrderedReady", 0, FakePhase::held, "(demo-cassandra-dc1-1 to demo-cassandra-dc1-2)"},
           {"OrderedReady", 1, FakePhase::held, "(demo-cassandra-dc1-2)"},
           {"OrderedReady", 2, FakePhase::held, ""},
           {"OrderedReady", 0, FakePhase::terminating, ""},
           {"Parallel", 0, FakePhase::held, ""}}) {
    FakeCluster cluster;
    cluster.add_dc("dc1", 3, row.policy);
    const std::string held = pod_name("dc1", row.ordinal);
    cluster.pods[held].phase = row.phase;
    cluster.data[held] = record_since(now);
    const PodReport report = agent::make_pod_report(snapshot_of(cluster), held, now);
    const std::string said = report.warnings.empty() ? "" : report.warnings.front();
    BOOST_TEST(said.empty() == std::string(row.named).empty(), said);
    BOOST_TEST(has_all(said, {row.named}), said);
  }
}

BOOST_AUTO_TEST_CASE(a_pod_that_was_scaled_away_is_missing_at_once) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 1);
  cluster.data[pod_name("dc1", 3)] = record_since(now);
  const PodReport report = agent::make_pod_report(snapshot_of(cluster), pod_name("dc1", 3), now);
  BOOST_TEST((report.state == State::missing));
}

BOOST_AUTO_TEST_CASE(the_cluster_is_named_by_selector_label_or_config_map) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 1);
  agent::Settings settings = default_settings();
  BOOST_TEST(agent::make_cluster_report(snapshot_of(cluster), settings, "ns", now).cluster ==
             "demo");
  cluster.pods.clear();
  settings.config_map = "other-maintenance-configmap";
  BOOST_TEST(agent::make_cluster_report(snapshot_of(cluster), settings, "ns", now).cluster ==
             "other");
  settings.selector = *kube::LabelSelector::parse("cassandra-cluster-instance=third");
  BOOST_TEST(agent::make_cluster_report(snapshot_of(cluster), settings, "ns", now).cluster ==
             "third");
}

BOOST_AUTO_TEST_CASE(a_long_hold_is_warned_of_with_what_to_do) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 1);
  cluster.pods[pod].phase = FakePhase::held;
  cluster.data[pod] = record_since(now);
  const auto warnings_after = [&](std::chrono::hours held) {
    return agent::make_pod_report(snapshot_of(cluster), pod, now + held).warnings;
  };
  BOOST_TEST(warnings_after(std::chrono::hours(3)).empty());
  BOOST_REQUIRE(warnings_after(std::chrono::hours(4)).size() == 1U);
  BOOST_TEST(has_all(warnings_after(std::chrono::hours(4))[0], {"hint window (3h)", "repair"}));
  BOOST_REQUIRE(warnings_after(std::chrono::hours(241)).size() == 1U);
  BOOST_TEST(has_all(warnings_after(std::chrono::hours(241))[0], {"gc_grace_seconds (240h)"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
