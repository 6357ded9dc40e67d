// What the agent's watches have seen, against a real API server and with the agent's own rights.
#include <spdlog/sinks/null_sink.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "agent/reconcile/cluster_view.h"
#include "tests/cluster/support/agent_process.h"
#include "tests/cluster/support/test_agent.h"
#include "tests/support/eventually.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";
const std::string record = R"({"v":1,"id":"a","by":"someone","since":"2026-01-01T00:00:00Z"})";

/// A view of cluster `demo`, and what it borrows.
struct ViewStage : Stage {
  SetShape shape;
  agent::Settings settings = test_settings(*this);
  agent::SystemRandom random;
  agent::Log log{std::make_shared<spdlog::sinks::null_sink_mt>(), clock(), agent::LogFormat::text,
                 agent::LogLevel::debug};
  http::Watchdog streams_watchdog;
  std::unique_ptr<http::ConnectingTransport> streams;
  std::optional<agent::ClusterView> view;

  ViewStage() {
    make_config_map(config_map);
    make_dc(shape);
    streams = std::make_unique<http::ConnectingTransport>(
        transport_for(cluster().admin, streams_watchdog));
    view.emplace(agent::ClusterView::Parts{client(), *streams, streams_watchdog, settings, clock(),
                                           random, log});
  }
  /// Waits until what the view shows satisfies `holds`.
  template <class Predicate>
  [[nodiscard]] bool shows(const Predicate& holds) {
    return eventually(patience, [&] {
      const auto seen = view->snapshot();
      return seen && holds(*seen);
    });
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_view_test, ViewStage)

BOOST_AUTO_TEST_CASE(it_has_what_is_there_and_sees_what_changes) {
  using agent::Snapshot;
  BOOST_TEST(shows([&](const Snapshot& seen) {
    return seen.pods.size() == static_cast<std::size_t>(shape.replicas) &&
           seen.stateful_sets.contains(shape.name()) && seen.records.empty();
  }));
  write_key(config_map, shape.pod(0), record);
  BOOST_TEST(shows([&](const Snapshot& seen) { return seen.records.contains(shape.pod(0)); }));
  set_phase(shape, 1, PodPhase::held);
  BOOST_TEST(shows([&](const Snapshot& seen) { return !seen.find_pod(shape.pod(1))->ready; }));
  destroy_pod(shape.pod(2));
  BOOST_TEST(shows([&](const Snapshot& seen) { return seen.find_pod(shape.pod(2)) == nullptr; }));
}

BOOST_AUTO_TEST_CASE(it_says_nothing_without_a_config_map) {
  BOOST_TEST(shows([](const agent::Snapshot&) { return true; }));
  api().destroy(core("configmaps/" + config_map));
  BOOST_TEST(eventually(patience, [&] { return !view->snapshot(); }));
}

BOOST_AUTO_TEST_CASE(it_says_nothing_right_after_a_change_of_our_own) {
  BOOST_TEST(shows([](const agent::Snapshot&) { return true; }));
  view->distrust();
  BOOST_TEST(!view->snapshot().has_value());
  BOOST_TEST(shows([](const agent::Snapshot&) { return true; }));
}

BOOST_AUTO_TEST_CASE(it_ends_at_once_while_its_watches_are_quiet) {
  BOOST_TEST(shows([](const agent::Snapshot&) { return true; }));
  const auto began = std::chrono::steady_clock::now();
  view->request_stop();
  BOOST_TEST(eventually(patience, [&] { return view->stopped(); }));
  BOOST_TEST((std::chrono::steady_clock::now() - began < std::chrono::seconds(2)));
}

BOOST_AUTO_TEST_CASE(the_programs_status_comes_from_it) {
  AgentProcess agent(*this);
  agent.wait_started();
  const auto said = [&] { return agent.program().standard_output(); };
  BOOST_TEST(eventually(patience, [&] {
    const std::string text = said();
    std::size_t current = 0;
    for (auto at = text.find("watch_current"); at != std::string::npos;
         at = text.find("watch_current", at + 1))
      ++current;
    return current == 3;
  }));
  BOOST_TEST(agent.ask("GET", "/v1/status").find(shape.pod(0)) != std::string::npos);
  write_key(config_map, shape.pod(0), record);
  BOOST_TEST(eventually(patience, [&] {
    return agent.ask("GET", "/v1/status").find("someone") != std::string::npos;
  }));
}

BOOST_AUTO_TEST_CASE(a_request_that_waits_is_answered_soon_after_the_change) {
  AgentProcess agent(*this);
  agent.wait_started();
  write_key(config_map, shape.pod(0), record);
  const auto began = std::chrono::steady_clock::now();
  std::thread kubelet([&] { set_phase(shape, 0, PodPhase::held); });
  const std::string answer =
      agent.ask("GET", "/v1/pods/" + shape.pod(0) + "?wait=held&timeout=30s");
  kubelet.join();
  BOOST_TEST(answer.find(R"("state":"held")") != std::string::npos, answer);
  BOOST_TEST((std::chrono::steady_clock::now() - began < std::chrono::seconds(20)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
