#include "agent/observe/event_writer.h"

#include <boost/test/unit_test.hpp>
#include <condition_variable>

#include "tests/support/eventually.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

constexpr std::chrono::seconds patience{10};

struct WriterStage {
  FakeClock clock;
  std::shared_ptr<MemorySink> sink = std::make_shared<MemorySink>();
  agent::Log log{sink, clock, agent::LogFormat::json, agent::LogLevel::debug};
  agent::Metrics metrics{clock};
  ScriptedTransport server;
  kube::Client client{server, clock, "cassandra"};

  static kube::Event event(int number) {
    kube::Event event;
    event.regarding_name = "pod-" + std::to_string(number);
    event.name = kube::event_name(event.regarding_name, "x");
    event.reason = "MaintenanceHeld";
    return event;
  }
  [[nodiscard]] bool lost(int count) const {
    return has_all(metrics.exposition(),
                   {"maintenance_agent_lost_events_total " + std::to_string(count)});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(event_writer_test, WriterStage)

BOOST_AUTO_TEST_CASE(events_are_reported_in_order_and_one_that_exists_is_no_loss) {
  server.handle_with([&](const http::Request&) -> Answer {
    if (server.requests().size() == 1) return status_answer(409, "AlreadyExists", "it exists");
    return json_answer(201, "{}");
  });
  agent::EventWriter writer({client, log, metrics});
  writer.report(event(0));
  writer.report(event(1));
  BOOST_REQUIRE(eventually(patience, [&] { return server.requests().size() == 2U; }));
  const auto requests = server.requests();
  BOOST_TEST(requests[0].method == "POST");
  BOOST_TEST(requests[0].target == "/apis/events.k8s.io/v1/namespaces/cassandra/events");
  BOOST_TEST(has_all(requests[0].body, {"pod-0", "MaintenanceHeld"}));
  BOOST_TEST(has_all(requests[1].body, {"pod-1"}));
  BOOST_TEST(lost(0));
}

BOOST_AUTO_TEST_CASE(a_long_burst_is_spread_over_time) {
  server.handle_with([](const http::Request&) { return json_answer(201, "{}"); });
  agent::EventWriter writer({client, log, metrics});
  constexpr int on_top = 6;
  constexpr int all = agent::events_at_once + on_top;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < all; ++i)
    writer.report(event(i));
  BOOST_TEST(eventually(patience, [&] { return server.requests().size() == std::size_t{all}; }));
  BOOST_TEST((std::chrono::steady_clock::now() - began >= (on_top - 1) * agent::between_events));
  BOOST_TEST(lost(0));
}

BOOST_AUTO_TEST_CASE(what_the_api_server_refuses_is_counted_and_forgotten) {
  server.handle_with([](const http::Request&) { return status_answer(403, "Forbidden", "no"); });
  agent::EventWriter writer({client, log, metrics});
  writer.report(event(0));
  BOOST_TEST(eventually(patience, [&] { return lost(1); }));
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_costs_events_and_no_memory) {
  std::mutex mutex;
  std::condition_variable changed;
  bool hangs = true;
  server.handle_with([&](const http::Request&) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !hangs; });
    return json_answer(201, "{}");
  });
  agent::EventWriter writer({client, log, metrics});
  writer.report(event(0));
  BOOST_REQUIRE(eventually(patience, [&] { return server.requests().size() == 1U; }));
  constexpr int over = 3;
  const int limit = static_cast<int>(agent::waiting_events_max);
  for (int i = 0; i < limit + over; ++i)
    writer.report(event(i));
  BOOST_TEST(lost(over));
  writer.request_stop();
  BOOST_TEST(!writer.stopped());
  {
    const std::lock_guard lock(mutex);
    hangs = false;
  }
  changed.notify_all();
  BOOST_TEST(eventually(patience, [&] { return writer.stopped(); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
