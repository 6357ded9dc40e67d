#include "agent/reconcile/reconciler.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/eventually.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string p0 = pod_name("dc1", 0);
const std::string p1 = pod_name("dc1", 1);

struct ReconcilerStage : AgentStage {
  agent::Reconciler reconciler{{client, api->shared(client), log, metrics, {}, tell}};

  ReconcilerStage() { cluster.add_dc("dc1", 3); }
  /// A pass, and another one when the first says that it is time again.
  milliseconds pass_and_wait() {
    const Deadline next = reconciler.pass();
    const auto wait = std::chrono::ceil<milliseconds>(next - clock.steady_now());
    clock.advance(wait);
    return wait;
  }
  [[nodiscard]] std::size_t evictions() const { return cluster.requests("POST").size(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reconciler_test, ReconcilerStage)

BOOST_AUTO_TEST_CASE(it_resumes_an_interrupted_enter_after_a_while) {
  cluster.data[p0] = R"({"id":"a","since":"2026-01-01T00:00:00Z"})";
  // A request may be about to restart it, or to take its record back.
  BOOST_TEST((pass_and_wait() == agent::ReconcilerTiming{}.settle));
  BOOST_TEST(evictions() == 0U);
  (void)reconciler.pass();
  BOOST_TEST(evictions() == 1U);
  BOOST_TEST((cluster.pods[p0].phase == FakePhase::terminating));
  BOOST_TEST((cluster.pods[p1].phase == FakePhase::ready));
  BOOST_TEST(has_all(log_text(), {R"("event":"restarted")", p0}));
}

BOOST_AUTO_TEST_CASE(a_record_that_was_taken_back_meanwhile_restarts_nobody) {
  cluster.data[p0] = "true";
  (void)pass_and_wait();
  cluster.data.clear();
  (void)reconciler.pass();
  BOOST_TEST(evictions() == 0U);
}

BOOST_AUTO_TEST_CASE(another_record_or_another_pod_waits_anew) {
  cluster.data[p0] = R"({"id":"a"})";
  (void)pass_and_wait();
  cluster.data[p0] = R"({"id":"b"})";
  (void)pass_and_wait();
  BOOST_TEST(evictions() == 0U);
  cluster.pods[p0].uid = "uid-of-successor";
  (void)pass_and_wait();
  BOOST_TEST(evictions() == 0U);
  (void)reconciler.pass();
  BOOST_TEST(evictions() == 1U);
}

BOOST_AUTO_TEST_CASE(what_changed_since_the_watch_saw_it_is_believed) {
  cluster.data[p0] = "true";
  (void)pass_and_wait();
  // The first look of the pass still has the record, the second has it no more.
  int looks = 0;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (request.target.find("/configmaps/") == std::string::npos) return std::nullopt;
    if (++looks == 2) cluster.data.clear();
    return std::nullopt;
  };
  (void)reconciler.pass();
  BOOST_TEST(looks == 2);
  BOOST_TEST(evictions() == 0U);
}

BOOST_AUTO_TEST_CASE(a_refused_restart_is_tried_again_ever_more_seldom) {
  cluster.data[p0] = "true";
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.method != "POST") return std::nullopt;
    return status_answer(429, "TooManyRequests", "the budget says no");
  };
  std::vector<milliseconds> waits;
  for (int i = 0; i < 12; ++i)
    waits.push_back(pass_and_wait());
  BOOST_TEST((waits[0] == agent::ReconcilerTiming{}.settle));
  BOOST_TEST((waits[1] == seconds(10)));
  BOOST_TEST((waits[2] == seconds(20)));
  BOOST_TEST((waits[3] == seconds(40)));
  const std::size_t before = evictions();
  clock.advance(std::chrono::minutes(4));
  (void)reconciler.pass();
  BOOST_TEST(evictions() <= before + 1);
  BOOST_TEST(cluster.data.contains(p0));
  BOOST_TEST(has_all(log_text(), {R"("event":"restart_failed")", "the budget says no"}));
}

BOOST_AUTO_TEST_CASE(it_removes_a_record_whose_time_is_up_and_lets_the_pod_through) {
  cluster.data[p0] = R"({"id":"a","since":"2026-01-01T00:00:00Z","until":"2026-01-01T00:00:30Z"})";
  cluster.data["foreign-key"] = "their value";
  cluster.pods[p0].phase = FakePhase::held;
  BOOST_TEST((pass_and_wait() == seconds(30)));
  BOOST_TEST(cluster.data.contains(p0));
  (void)reconciler.pass();
  BOOST_TEST(!cluster.data.contains(p0));
  BOOST_TEST(cluster.data.contains("foreign-key"));
  BOOST_TEST(!cluster.pods[p0].touched.empty());
  BOOST_TEST(api->releases().following() == 1U);
  BOOST_TEST(has_all(log_text(), {R"("event":"expired")", p0}));
}

BOOST_AUTO_TEST_CASE(a_record_that_was_prolonged_at_the_last_moment_stays) {
  cluster.data[p0] = R"({"id":"a","until":"2025-12-31T23:00:00Z"})";
  cluster.pods[p0].phase = FakePhase::held;
  int looks = 0;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (request.target.find("/configmaps/") == std::string::npos) return std::nullopt;
    if (++looks == 2) cluster.data[p0] = R"({"id":"b","until":"2026-01-02T00:00:00Z"})";
    return std::nullopt;
  };
  (void)reconciler.pass();
  BOOST_TEST(cluster.data.contains(p0));
  BOOST_TEST(cluster.requests("PATCH").empty());
}

BOOST_AUTO_TEST_CASE(it_lets_a_pod_through_whose_record_is_gone_and_once) {
  cluster.pods[p0].phase = FakePhase::held;
  (void)reconciler.pass();
  (void)reconciler.pass();
  BOOST_TEST(api->releases().following() == 1U);
}

BOOST_AUTO_TEST_CASE(records_that_break_a_hard_guard_stop_it_and_are_said_once) {
  cluster.add_dc("ord", 2, "OrderedReady");
  cluster.data[pod_name("ord", 0)] = "true";
  cluster.data[pod_name("ord", 1)] = "true";
  for (int i = 0; i < 3; ++i)
    (void)pass_and_wait();
  BOOST_TEST(evictions() == 0U);
  const std::string said = log_text();
  const auto first = said.find(R"("event":"violation")");
  BOOST_REQUIRE(first != std::string::npos);
  BOOST_TEST(said.find(R"("event":"violation")", first + 1) == std::string::npos);
  BOOST_TEST(has_all(said, {"ordered-ready", "demo-cassandra-ord"}), said);
  // Put right by hand, it goes on.
  cluster.data.erase(pod_name("ord", 0));
  (void)pass_and_wait();
  (void)reconciler.pass();
  BOOST_TEST(evictions() == 1U);
  BOOST_TEST(has_all(log_text(), {"violation_ended"}));
}

BOOST_AUTO_TEST_CASE(without_the_api_server_it_comes_again_soon) {
  cluster.intercept = [](const http::Request&) {
    return std::optional<Answer>(transport_error(ErrorKind::unreachable, "connection refused"));
  };
  BOOST_TEST((pass_and_wait() == agent::ReconcilerTiming{}.retry_first));
}

BOOST_AUTO_TEST_CASE(its_thread_passes_when_the_doorbell_rings_and_ends_at_once) {
  agent::Doorbell doorbell;
  SystemClock real;
  agent::ReconcilerThread thread(reconciler, doorbell, real);
  const auto looked = [&] { return cluster.requests("GET").size(); };
  BOOST_TEST(eventually(seconds(5), [&] { return looked() >= 3; }));
  const std::size_t before = looked();
  doorbell.ring();
  BOOST_TEST(eventually(seconds(5), [&] { return looked() > before; }));
  thread.request_stop();
  BOOST_TEST(eventually(seconds(5), [&] { return thread.stopped(); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
