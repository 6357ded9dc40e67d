// Whatever is asked for in whatever order: no accepted sequence of requests leaves two pods in
// maintenance in a cluster where one of them belongs to an OrderedReady StatefulSet.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <random>

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

  /// What the agent does with a request that it accepts; the pods follow at once or not at all.
  void enter(const agent::EnterRequest& request) {
    const auto plan = agent::plan_enter(snapshot_of(cluster), request, "id");
    for (const std::string& pod : plan.recorded)
      cluster.data[pod] = "true";
    for (const std::string& pod : plan.restart)
      cluster.pods[pod].phase = pick(2) == 0 ? FakePhase::held : FakePhase::terminating;
  }
  void leave(const std::string& pod) {
    cluster.data.erase(pod);
    cluster.pods[pod].phase = FakePhase::ready;
  }
  void step() {
    const int what = pick(10);
    if (what < 6) return enter({{any_pod()}, false, {}});
    if (what < 7) return enter({{any_pod(), any_pod()}, false, {}});
    if (what < 8) return enter({snapshot_of(cluster).pods_of_dc(any_dc()), true, {}});
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
  }
  // Otherwise nothing was accepted and nothing was tested.
  BOOST_TEST(most_in > 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
