// Whatever is asked for in whatever order: no accepted sequence of requests leaves two pods in
// maintenance in a cluster where one of them belongs to an OrderedReady StatefulSet.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <random>

#include "agent/policy/guards.h"
#include "agent/policy/plan.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

constexpr int clusters = 40;
constexpr int requests_per_cluster = 60;

std::uint64_t seed() {
  const char* given = std::getenv("MAINTENANCE_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

struct World {
  FakeCluster cluster;
  std::mt19937_64 random;
  bool soft_spoke = false;

  int pick(int end) { return static_cast<int>(random() % static_cast<std::uint64_t>(end)); }

  void make() {
    const int dcs = 1 + pick(3);
    for (int i = 0; i < dcs; ++i) {
      cluster.add_dc("dc" + std::to_string(i), 1 + pick(4),
                     pick(2) == 0 ? "OrderedReady" : "Parallel");
    }
  }
  std::string any_pod() {
    auto it = cluster.pods.begin();
    std::advance(it, pick(static_cast<int>(cluster.pods.size())));
    return it->first;
  }
  std::string any_dc() {
    auto it = cluster.sets.begin();
    std::advance(it, pick(static_cast<int>(cluster.sets.size())));
    return it->second.dc;
  }

  /// Of all guards, hard ones too: naming one must not lift it.
  std::set<std::string> any_overrides() {
    std::set<std::string> out;
    for (const agent::Guard& guard : agent::guards()) {
      if (pick(2) == 0) out.insert(std::string(guard.id));
    }
    return out;
  }
  /// Things that only soft guards look at.
  void disturb() {
    cluster.budgets["budget"] = FakeBudget{{{"cassandra-cluster-instance", "demo"}}, pick(3)};
    std::next(cluster.sets.begin(), pick(static_cast<int>(cluster.sets.size())))->second.rolling =
        pick(2) == 0;
    cluster.pods[any_pod()].pre_stop = pick(2) == 0;
  }

  /// What the agent does with a request that it accepts; the pods follow at once or not at all.
  void enter(const agent::EnterRequest& request) {
    const agent::Snapshot before = snapshot_of(cluster);
    const auto plan = agent::plan_enter(before, request, "id");
    check_verdict(before, request, plan);
    for (const std::string& pod : plan.recorded)
      cluster.data[pod] = "true";
    for (const std::string& pod : plan.restart)
      cluster.pods[pod].phase = pick(2) == 0 ? FakePhase::held : FakePhase::terminating;
  }
  /// What refuses is exactly what may refuse, and a refusal plans nothing.
  void check_verdict(const agent::Snapshot& before, const agent::EnterRequest& request,
                     const agent::EnterPlan& plan) {
    for (const Finding& finding : plan.verdict.findings) {
      const bool overridden = request.overrides.contains(finding.guard) || !request.strict;
      const bool expected =
          finding.kind == GuardKind::hard || (finding.kind == GuardKind::soft && !overridden);
      BOOST_TEST_REQUIRE(finding.refuses == expected, finding.guard);
      soft_spoke = soft_spoke || finding.kind == GuardKind::soft;
    }
    if (plan.verdict.refuses()) BOOST_TEST_REQUIRE((plan.recorded.empty() && plan.restart.empty()));
    // Judging again gives the same: nothing but the snapshot decides.
    const auto again = agent::plan_enter(before, request, "id");
    BOOST_TEST_REQUIRE(again.verdict.summary() == plan.verdict.summary());
  }
  void leave(const std::string& pod) {
    cluster.data.erase(pod);
    cluster.pods[pod].phase = FakePhase::ready;
  }
  void step() {
    const int what = pick(10);
    if (what < 6) return enter({{any_pod()}, false, any_overrides(), pick(2) == 0});
    if (what < 7) return enter({{any_pod(), any_pod()}, false, any_overrides(), pick(2) == 0});
    if (what < 8) {
      const auto pods = snapshot_of(cluster).pods_of_dc(any_dc());
      return enter({pods, true, any_overrides(), pick(2) == 0});
    }
    if (what == 8) return disturb();
    leave(any_pod());
  }
  [[nodiscard]] bool is_sound() const {
    if (cluster.data.size() <= 1) return true;
    for (const auto& [pod, value] : cluster.data) {
      if (cluster.sets.at(cluster.pods.at(pod).set).policy == "OrderedReady") return false;
    }
    return true;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(guards_property_test)

BOOST_AUTO_TEST_CASE(an_ordered_cluster_never_has_two_pods_in_maintenance) {
  const std::uint64_t first = seed();
  std::size_t most_in = 0;
  bool soft_spoke = false;
  for (int i = 0; i < clusters; ++i) {
    World world;
    world.random.seed(first + static_cast<std::uint64_t>(i));
    world.make();
    for (int request = 0; request < requests_per_cluster; ++request) {
      world.step();
      most_in = std::max(most_in, world.cluster.data.size());
      BOOST_REQUIRE_MESSAGE(world.is_sound(), "MAINTENANCE_TEST_SEED=" << first << " cluster " << i
                                                                       << " request " << request);
    }
    soft_spoke = soft_spoke || world.soft_spoke;
  }
  // Otherwise nothing was accepted and nothing was tested.
  BOOST_TEST(most_in > 1U);
  BOOST_TEST(soft_spoke);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
