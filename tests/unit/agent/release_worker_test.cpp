#include "agent/restart/release_worker.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/eventually.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{5000};
constexpr agent::ReleaseTiming quick{milliseconds(1), milliseconds(4), std::chrono::minutes(1)};
const std::string pod = pod_name("dc1", 0);

/// The fake cluster as the worker's thread and the test's thread both use it.
struct WorkerStage {
  std::mutex mutex;
  AgentStage stage;
  std::unique_ptr<agent::ReleaseWorker> worker;

  WorkerStage() {
    stage.cluster.add_dc("dc1", 2);
    stage.cluster.pods[pod].phase = FakePhase::held;
    stage.cluster.intercept = [this](const http::Request& request) {
      const std::lock_guard lock(mutex);
      return std::optional<Answer>(stage.cluster.answer(request));
    };
  }
  void start(agent::ReleaseTiming timing = quick) {
    worker = std::make_unique<agent::ReleaseWorker>(agent::ReleaseWorker::Parts{
        stage.client, FakeCluster::config_map, {}, stage.clock, stage.log, timing});
  }
  template <class Change>
  void change(const Change& what) {
    const std::lock_guard lock(mutex);
    what(stage.cluster);
  }
  [[nodiscard]] bool idle() {
    return eventually(patience, [&] { return worker->following() == 0; });
  }
  [[nodiscard]] std::size_t touches() const { return stage.cluster.requests("PATCH").size(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(release_worker_test, WorkerStage)

BOOST_AUTO_TEST_CASE(it_touches_until_the_gate_lets_the_pod_through) {
  start();
  worker->follow(pod);
  BOOST_TEST(eventually(patience, [&] { return touches() >= 3; }));
  BOOST_TEST(worker->following() == 1U);
  change([](FakeCluster& cluster) { cluster.pods[pod].phase = FakePhase::running; });
  BOOST_TEST(idle());
  BOOST_TEST(eventually(patience, [&] {
    return has_all(stage.log_text(), {R"("event":"released")", pod});
  }));
}

BOOST_AUTO_TEST_CASE(it_stops_when_the_record_is_back) {
  start();
  worker->follow(pod);
  BOOST_TEST(eventually(patience, [&] { return touches() >= 1; }));
  change([](FakeCluster& cluster) { cluster.data[pod] = "true"; });
  BOOST_TEST(idle());
  const std::size_t before = touches();
  worker->follow(pod);
  BOOST_TEST(idle());
  BOOST_TEST(touches() == before);
}

BOOST_AUTO_TEST_CASE(a_terminating_pod_is_not_touched_and_its_successor_is) {
  change([](FakeCluster& cluster) { cluster.pods[pod].phase = FakePhase::terminating; });
  start();
  worker->follow(pod);
  BOOST_TEST(eventually(patience, [&] { return stage.cluster.requests("GET").size() >= 4; }));
  BOOST_TEST(touches() == 0U);
  change([](FakeCluster& cluster) { cluster.pods[pod].phase = FakePhase::held; });
  BOOST_TEST(eventually(patience, [&] { return touches() >= 1; }));
}

BOOST_AUTO_TEST_CASE(failures_of_the_api_server_are_outlasted) {
  change([this](FakeCluster& cluster) {
    int failures = 3;
    cluster.intercept = [this, failures](const http::Request& request) mutable {
      const std::lock_guard lock(mutex);
      if (failures-- > 0) {
        return std::optional<Answer>(transport_error(ErrorKind::unreachable, "refused"));
      }
      return std::optional<Answer>(stage.cluster.answer(request));
    };
  });
  start();
  worker->follow(pod);
  BOOST_TEST(eventually(patience, [&] { return touches() >= 1; }));
}

BOOST_AUTO_TEST_CASE(it_gives_up_and_says_so) {
  start({milliseconds(1), milliseconds(2), milliseconds(10)});
  worker->follow(pod);
  BOOST_TEST(idle());
  BOOST_TEST(eventually(patience, [&] {
    return has_all(stage.log_text(), {"release_not_seen", pod});
  }));
}

BOOST_AUTO_TEST_CASE(it_stops_promptly_however_long_the_next_look_is_away) {
  start({std::chrono::minutes(10), std::chrono::minutes(10), std::chrono::minutes(60)});
  worker->follow(pod);
  worker->request_stop();
  BOOST_TEST(eventually(patience, [&] { return worker->stopped(); }));
  BOOST_TEST(stage.cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(its_queue_is_bounded) {
  start({std::chrono::minutes(10), std::chrono::minutes(10), std::chrono::minutes(60)});
  for (std::size_t i = 0; i < agent::followed_pods_max + 10; ++i)
    worker->follow("pod-" + std::to_string(i));
  BOOST_TEST(worker->following() == agent::followed_pods_max);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
