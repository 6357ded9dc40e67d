#include "agent/policy/plan.h"

#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using agent::GatePassage;

agent::EnterPlan plan_for(const FakeCluster& cluster, std::set<std::string> targets,
                          bool whole_dc = false) {
  return agent::plan_enter(snapshot_of(cluster), {std::move(targets), whole_dc, {}, false}, "mine");
}

std::string record_with(const std::string& id) {
  Record record;
  record.id = id;
  return format_record(record);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plan_test)

BOOST_AUTO_TEST_CASE(where_a_pod_is_decides_whether_it_must_be_restarted) {
  const std::vector<std::pair<FakePhase, GatePassage>> table{
      {FakePhase::ready, GatePassage::passed},
      {FakePhase::running, GatePassage::passed},
      {FakePhase::crashing, GatePassage::passed},
      {FakePhase::held, GatePassage::at_gate},
      {FakePhase::pending, GatePassage::before},
      {FakePhase::terminating, GatePassage::going_away},
      {FakePhase::failed, GatePassage::going_away},
  };
  for (const auto& [phase, expected] : table) {
    FakeCluster cluster;
    cluster.add_dc("dc1", 1);
    cluster.pods[pod_name("dc1", 0)].phase = phase;
    const agent::Snapshot snapshot = snapshot_of(cluster);
    const auto passage =
        agent::gate_passage(snapshot.find_pod(pod_name("dc1", 0)), snapshot.containers);
    BOOST_TEST((passage == expected), "phase " << static_cast<int>(phase));
  }
  BOOST_TEST((agent::gate_passage(nullptr, {}) == GatePassage::before));
}

BOOST_AUTO_TEST_CASE(a_gate_that_failed_has_not_been_passed) {
  kube::Pod pod;
  pod.phase = "Pending";
  kube::ContainerStatus gate;
  gate.name = "maintenance-mode";
  gate.terminated = true;
  gate.exit_code = 1;
  pod.init_containers = {gate};
  BOOST_TEST((agent::gate_passage(&pod, {}) == GatePassage::before));
  pod.init_containers[0].exit_code = 0;
  BOOST_TEST((agent::gate_passage(&pod, {}) == GatePassage::passed));
}

BOOST_AUTO_TEST_CASE(a_new_pod_is_recorded_and_restarted) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 1);
  const auto plan = plan_for(cluster, {pod_name("dc1", 0)});
  BOOST_TEST(plan.recorded.size() == 1U);
  BOOST_TEST(plan.restart.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_in_already_needs_nothing_and_is_not_judged) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 1, "OrderedReady");
  cluster.data[pod_name("dc1", 0)] = "true";
  cluster.pods[pod_name("dc1", 0)].phase = FakePhase::held;
  const auto plan = plan_for(cluster, {pod_name("dc1", 0)}, true);
  BOOST_TEST(!plan.verdict.refuses());
  BOOST_TEST(plan.recorded.empty());
  BOOST_TEST(plan.restart.empty());
}

BOOST_AUTO_TEST_CASE(a_drifted_pod_is_restarted_and_keeps_its_record) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 1);
  cluster.data[pod_name("dc1", 0)] = "true";
  const auto plan = plan_for(cluster, {pod_name("dc1", 0)});
  BOOST_TEST(plan.recorded.empty());
  BOOST_TEST(plan.restart.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_drifted_pod_is_left_alone_when_the_records_break_a_guard) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 2, "OrderedReady");
  cluster.data[pod_name("dc1", 0)] = "true";
  cluster.data[pod_name("dc1", 1)] = "true";  // written by hand, past the guard
  cluster.pods[pod_name("dc1", 0)].phase = FakePhase::held;
  const auto plan = plan_for(cluster, {pod_name("dc1", 1)});
  BOOST_TEST(plan.verdict.refuses());
  BOOST_TEST(plan.restart.empty());
}

BOOST_AUTO_TEST_CASE(a_record_of_this_very_request_counts_as_new) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 2);
  cluster.data[pod_name("dc1", 0)] = record_with("mine");
  cluster.data[pod_name("dc1", 1)] = record_with("somebody's");
  const auto plan = plan_for(cluster, {pod_name("dc1", 0), pod_name("dc1", 1)});
  BOOST_TEST(plan.recorded.contains(pod_name("dc1", 0)));
  BOOST_TEST(!plan.recorded.contains(pod_name("dc1", 1)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
