#include "agent/observe/metrics.h"

#include <boost/test/unit_test.hpp>

#include "agent/observe/counting_transport.h"
#include "tests/support/scripted_transport.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using std::chrono::milliseconds;

struct MetricsStage {
  FakeClock clock;
  agent::Metrics metrics{clock};
  /// The line of one series, without what others have to say.
  [[nodiscard]] std::string line(const std::string& series) const {
    const std::string all = "\n" + metrics.exposition();
    const auto begin = all.find("\nmaintenance_agent_" + series + " ");
    if (begin == std::string::npos) return {};
    return all.substr(begin + 1, all.find('\n', begin + 1) - begin - 1);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(metrics_test, MetricsStage)

BOOST_AUTO_TEST_CASE(every_state_has_a_series_from_the_start) {
  for (const char* state :
       {"normal", "entering", "held", "leaving", "starting", "missing", "drifted"}) {
    const std::string series = std::string("pods{state=\"") + state + "\"}";
    BOOST_TEST(line(series) == "maintenance_agent_" + series + " 0");
  }
  BOOST_TEST(line("oldest_hold_seconds") == "maintenance_agent_oldest_hold_seconds 0");
  BOOST_TEST(line("conflicts_total") == "maintenance_agent_conflicts_total 0");
}

BOOST_AUTO_TEST_CASE(the_age_of_the_oldest_hold_grows_by_itself) {
  agent::ClusterFigures figures;
  figures.oldest_hold = clock.now() - std::chrono::hours(1);
  figures.pods[static_cast<std::size_t>(State::held)] = 2;
  figures.violations = 1;
  metrics.note_cluster(figures);
  clock.advance(std::chrono::seconds(5));
  BOOST_TEST(line("oldest_hold_seconds") == "maintenance_agent_oldest_hold_seconds 3605");
  BOOST_TEST(line("pods{state=\"held\"}").ends_with(" 2"));
  BOOST_TEST(line("records_in_violation").ends_with(" 1"));
  metrics.note_cluster({});
  BOOST_TEST(line("oldest_hold_seconds").ends_with(" 0"));
}

BOOST_AUTO_TEST_CASE(times_and_refusals) {
  metrics.note_time_to_held(milliseconds(7500));
  metrics.note_time_to_leave(milliseconds(300));
  metrics.count_refusal("ordered-ready");
  metrics.count_refusal("ordered-ready");
  BOOST_TEST(line("time_to_held_seconds_sum").ends_with(" 7.5"));
  BOOST_TEST(line("time_to_held_seconds_bucket{le=\"5\"}").ends_with(" 0"));
  BOOST_TEST(line("time_to_held_seconds_bucket{le=\"10\"}").ends_with(" 1"));
  BOOST_TEST(line("time_to_leave_seconds_count").ends_with(" 1"));
  BOOST_TEST(line("refusals_total{guard=\"ordered-ready\"}").ends_with(" 2"));
}

BOOST_AUTO_TEST_CASE(the_view_is_asked_at_each_exposition) {
  BOOST_TEST(line("view_current").ends_with(" 0"));
  bool current = true;
  metrics.ask_for_view([&] { return current; });
  BOOST_TEST(line("view_current").ends_with(" 1"));
  current = false;
  BOOST_TEST(line("view_current").ends_with(" 0"));
}

BOOST_AUTO_TEST_CASE(requests_to_the_api_server_are_counted_on_their_way) {
  ScriptedTransport server;
  agent::CountingTransport counted(server, metrics);
  server.then(json_answer(200, "{}")).then(json_answer(409, "{}"));
  server.then(transport_error(ErrorKind::unreachable, "no route"));
  BOOST_TEST(counted.send({"GET", "/a", {}, {}}, Deadline::max())->status == 200);
  BOOST_TEST(counted.send({"PATCH", "/a", {}, {}}, Deadline::max())->status == 409);
  const auto unanswered = counted.send({"POST", "/a", {}, {}}, Deadline::max());
  BOOST_TEST((!unanswered && unanswered.error().kind == ErrorKind::unreachable));
  BOOST_TEST(line("api_requests_total{method=\"GET\",status=\"200\"}").ends_with(" 1"));
  BOOST_TEST(line("api_requests_total{method=\"PATCH\",status=\"409\"}").ends_with(" 1"));
  BOOST_TEST(line("api_requests_total{method=\"POST\",status=\"error\"}").ends_with(" 1"));
  BOOST_TEST(line("conflicts_total").ends_with(" 1"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
