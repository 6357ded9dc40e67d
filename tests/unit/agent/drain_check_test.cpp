#include "agent/reconcile/drain_check.h"

#include <boost/test/unit_test.hpp>

#include "agent/reconcile/report.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using std::chrono::seconds;

const std::string p0 = pod_name("dc1", 0);

struct DrainStage : AgentStage {
  agent::DrainCheck drains{{log, tell}};
  std::string events = "[]";  ///< what the API server has

  DrainStage() {
    cluster.add_dc("dc1", 2);
    cluster.pods[p0].phase = FakePhase::held;
    cluster.data[p0] = record_at(clock.now());
    cluster.intercept = [this](const http::Request& request) -> std::optional<Answer> {
      if (request.target.find("/events?") == std::string::npos) return std::nullopt;
      BOOST_TEST(request.target.find("fieldSelector=reason%3DFailedPreStopHook") !=
                 std::string::npos);
      return json_answer(200, R"({"metadata":{},"items":)" + events + "}");
    };
  }
  static std::string record_at(text::Timestamp since) {
    return R"({"id":"a","since":")" + text::format_timestamp(since) + "\"}";
  }
  static std::string event(const std::string& pod, const std::string& uid, text::Timestamp at) {
    return R"({"reason":"FailedPreStopHook","message":"PreStopHook failed",)"
           R"("involvedObject":{"name":")" +
           pod + R"(","uid":")" + uid + R"("},"lastTimestamp":")" + text::format_timestamp(at) +
           "\"}";
  }
  void check() { drains.check(client, snapshot_of(cluster), clock.now()); }
  [[nodiscard]] std::size_t lists() const {
    std::size_t count = 0;
    for (const std::string& request : cluster.requests("GET"))
      count += request.find("/events?") == std::string::npos ? 0U : 1U;
    return count;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(drain_check_test, DrainStage)

BOOST_AUTO_TEST_CASE(a_failed_drain_is_marked_told_and_shown) {
  events = "[" + event(p0, "the-one-before", clock.now() + seconds(2)) + "]";
  check();
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST((told[0].kind == agent::HappeningKind::drain_failed));
  const std::vector<std::string> marks = cluster.requests("PATCH");
  BOOST_REQUIRE(marks.size() == 1U);
  BOOST_TEST(marks[0].ends_with("/pods/" + p0));
  BOOST_TEST(has_all(cluster.transport().requests().back().body,
                     {R"("cassandra-maintenance/drain-failed":"PreStopHook failed")",
                      R"("uid":")" + cluster.pods[p0].uid + "\""}));

  agent::Snapshot marked = snapshot_of(cluster);
  kube::Pod with_mark = *marked.pods[p0];
  with_mark.metadata.annotations[agent::drain_failed_annotation] = "PreStopHook failed";
  marked.pods[p0] = std::make_shared<const kube::Pod>(with_mark);
  const auto report = make_pod_report(marked, p0, clock.now());
  BOOST_REQUIRE(report.warnings.size() == 1U);
  BOOST_TEST(has_all(report.warnings[0], {"drain failed", "PreStopHook failed"}));
}

BOOST_AUTO_TEST_CASE(each_held_pod_is_looked_at_once) {
  check();
  check();
  BOOST_TEST(lists() == 1U);
  cluster.pods[p0].uid = "successor";
  check();
  BOOST_TEST(lists() == 2U);
  cluster.pods[p0].phase = FakePhase::ready;
  check();
  BOOST_TEST(lists() == 2U);
  BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(only_a_failure_of_this_restart_counts) {
  const std::string other = pod_name("dc1", 1);
  const auto now = clock.now();
  const std::string own = cluster.pods[p0].uid;
  events = "[" + event(p0, own, now) + "," + event(other, "x", now) + "," +
           event(p0, "x", now - agent::clock_difference_max - seconds(1)) + "," +
           R"({"reason":"FailedPreStopHook","involvedObject":{"name":")" + p0 + "\"}}]";
  check();
  BOOST_TEST(told.empty());
  BOOST_TEST(cluster.requests("PATCH").empty());
}

BOOST_AUTO_TEST_CASE(what_could_not_be_found_out_is_tried_again) {
  events = "[" + event(p0, "the-one-before", clock.now()) + "]";
  const auto working = cluster.intercept;
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.target.find("/events?") == std::string::npos) return std::nullopt;
    return status_answer(403, "Forbidden", "events are not for you");
  };
  check();
  BOOST_TEST(has_all(log_text(), {"drain_unknown", "events are not for you"}));
  cluster.intercept = working;
  check();
  BOOST_TEST(told.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
