#include "agent/restart/restarter.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

const std::string pod = pod_name("dc1", 0);

struct RestartStage {
  FakeCluster cluster;
  FakeClock clock;
  kube::Client client{cluster.transport(), clock, "cassandra"};
  agent::Restarter restarter{client, clock, {}};

  RestartStage() { cluster.add_dc("dc1", 1); }
  Result<void> restart() { return restarter.restart(*snapshot_of(cluster).pods.at(pod)); }
  [[nodiscard]] std::size_t evictions() const { return cluster.requests("POST").size(); }
  /// The first eviction is answered so, after `effect`.
  void first_eviction(std::function<void()> effect, Answer answer) {
    bool done = false;
    cluster.intercept = [=](const http::Request& request) mutable -> std::optional<Answer> {
      if (request.method != "POST" || done) return std::nullopt;
      done = true;
      effect();
      return answer;
    };
  }
  /// A successor of the pod takes its name.
  void replace(FakePhase phase) {
    FakePod next = cluster.pods.at(pod);
    next.uid = "uid-of-successor";
    next.phase = phase;
    cluster.pods[pod] = next;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(restarter_test, RestartStage)

BOOST_AUTO_TEST_CASE(it_evicts_the_pod_that_was_looked_at) {
  BOOST_TEST(restart().ok());
  const auto requests = cluster.transport().requests();
  BOOST_REQUIRE(requests.size() == 1U);
  BOOST_TEST(requests[0].target.ends_with("/pods/" + pod + "/eviction"));
  BOOST_TEST(has_all(requests[0].body, {R"("preconditions":{"uid":"uid-1"})"}), requests[0].body);
  BOOST_TEST(requests[0].body.find("gracePeriod") == std::string::npos);
  BOOST_TEST((cluster.pods.at(pod).phase == FakePhase::terminating));
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_gone_needs_no_eviction) {
  const kube::Pod seen = *snapshot_of(cluster).pods.at(pod);
  cluster.pods.clear();
  BOOST_TEST(restarter.restart(seen).ok());
}

BOOST_AUTO_TEST_CASE(a_budget_refuses_at_once) {
  first_eviction([] {}, status_answer(429, "TooManyRequests", "disruption budget demo"));
  const auto result = restart();
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::too_many));
  BOOST_TEST(evictions() == 1U);
}

BOOST_AUTO_TEST_CASE(a_budget_that_is_being_reckoned_refuses_likewise) {
  // With Retry-After: the budget's own controller is behind, and may say no in a moment.
  Answer answer =
      status_answer(429, "TooManyRequests", "The disruption budget demo is still being processed");
  answer->headers.push_back({"Retry-After", "10"});
  first_eviction([] {}, answer);
  const auto result = restart();
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::too_many));
  BOOST_TEST(has_all(result.error().message(), {"still being processed"}));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_busy_is_no_budget) {
  agent::Restarter past(client, clock, {}, agent::PastBudgets::yes);
  first_eviction([] {}, text_answer(429, "Too many requests, please try again later."));
  BOOST_TEST(past.restart(*snapshot_of(cluster).pods.at(pod)).ok());
  BOOST_TEST(evictions() == 2U);
  BOOST_TEST(cluster.requests("DELETE").empty());  // nobody's budget has been asked
}

BOOST_AUTO_TEST_CASE(two_budgets_refuse_whatever_the_http_status_is) {
  for (const int http_status : {500, 201}) {
    first_eviction([] {}, status_answer(http_status, "InternalError",
                                        "This pod has more than one PodDisruptionBudget", 500));
    const auto result = restart();
    BOOST_REQUIRE(!result.ok());
    BOOST_TEST((result.error().kind == ErrorKind::too_many));
  }
}

BOOST_AUTO_TEST_CASE(a_successor_at_or_before_its_gate_is_left_alone) {
  for (const FakePhase phase : {FakePhase::held, FakePhase::pending, FakePhase::terminating}) {
    RestartStage stage;
    const kube::Pod seen = *snapshot_of(stage.cluster).pods.at(pod);
    stage.replace(phase);
    BOOST_TEST(stage.restarter.restart(seen).ok());
    BOOST_TEST(stage.evictions() == 1U);
    BOOST_TEST((stage.cluster.pods.at(pod).phase == phase));
  }
}

BOOST_AUTO_TEST_CASE(a_successor_past_its_gate_is_evicted_by_its_own_uid) {
  const kube::Pod seen = *snapshot_of(cluster).pods.at(pod);
  replace(FakePhase::ready);
  BOOST_TEST(restarter.restart(seen).ok());
  BOOST_TEST(evictions() == 2U);
  BOOST_TEST((cluster.pods.at(pod).phase == FakePhase::terminating));
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_looked_up) {
  first_eviction([this] { cluster.pods[pod].phase = FakePhase::terminating; },
                 transport_error(ErrorKind::unknown_outcome, "connection reset"));
  BOOST_TEST(restart().ok());
  BOOST_TEST(evictions() == 1U);
}

BOOST_AUTO_TEST_CASE(a_lost_eviction_is_sent_again) {
  first_eviction([] {}, transport_error(ErrorKind::unknown_outcome, "connection reset"));
  BOOST_TEST(restart().ok());
  BOOST_TEST(evictions() == 2U);
}

BOOST_AUTO_TEST_CASE(a_server_that_stays_away_ends_it) {
  cluster.intercept = [](const http::Request&) {
    return std::optional<Answer>(transport_error(ErrorKind::unreachable, "connection refused"));
  };
  const auto result = restart();
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::unreachable));
  BOOST_TEST(evictions() == static_cast<std::size_t>(agent::restart_tries_max));
}

BOOST_AUTO_TEST_CASE(an_eviction_is_not_waited_for_as_long_as_a_request) {
  const auto began = clock.steady_now();
  BOOST_TEST(restart().ok());
  BOOST_TEST((cluster.transport().deadlines().at(0) <= began + std::chrono::seconds(3)));
  kube::Client hurried = client.until(began + std::chrono::seconds(1));
  agent::Restarter bounded(hurried, clock, {});
  cluster.pods[pod].phase = FakePhase::ready;
  BOOST_TEST(bounded.restart(*snapshot_of(cluster).pods.at(pod)).ok());
  BOOST_TEST((cluster.transport().deadlines().at(1) <= began + std::chrono::seconds(1)));
}

BOOST_AUTO_TEST_CASE(an_eviction_that_may_have_arrived_is_not_called_undone) {
  bool sent = false;
  cluster.intercept = [&](const http::Request&) -> std::optional<Answer> {
    if (sent) return transport_error(ErrorKind::unreachable, "connection refused");
    sent = true;
    return transport_error(ErrorKind::unknown_outcome, "connection reset");
  };
  const auto result = restart();
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::unknown_outcome));
}

BOOST_AUTO_TEST_CASE(missing_rights_are_said_at_once) {
  first_eviction([] {}, status_answer(403, "Forbidden", "cannot create resource pods/eviction"));
  const auto result = restart();
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::forbidden));
  BOOST_TEST(evictions() == 1U);
}

BOOST_AUTO_TEST_CASE(past_budgets_it_deletes_that_pod_with_its_whole_grace) {
  agent::Restarter past(client, clock, {}, agent::PastBudgets::yes);
  first_eviction([] {}, status_answer(429, "TooManyRequests", "the budget says no"));
  BOOST_TEST(past.restart(*snapshot_of(cluster).pods.at(pod)).ok());
  const auto requests = cluster.transport().requests();
  BOOST_REQUIRE(requests.size() == 2U);
  BOOST_TEST(requests[1].method == "DELETE");
  BOOST_TEST(has_all(requests[1].body, {R"("preconditions":{"uid":"uid-1"})"}), requests[1].body);
  BOOST_TEST(requests[1].body.find("gracePeriod") == std::string::npos);
  BOOST_TEST((cluster.pods.at(pod).phase == FakePhase::terminating));
}

BOOST_AUTO_TEST_CASE(without_the_right_to_delete_it_says_which_component_gives_it) {
  agent::Restarter past(client, clock, {}, agent::PastBudgets::yes);
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.method == "POST") return status_answer(429, "TooManyRequests", "no");
    return status_answer(403, "Forbidden", "pods is forbidden");
  };
  const auto result = past.restart(*snapshot_of(cluster).pods.at(pod));
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST(has_all(result.error().message(), {"allow-override-delete"}));
  BOOST_TEST((cluster.pods.at(pod).phase == FakePhase::ready));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
