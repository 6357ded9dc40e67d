// Entering and leaving, step by step: what is written, what is restarted, what is taken back.
#include "agent/reconcile/operations.h"

#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

const std::string p0 = pod_name("dc1", 0);
const std::string p1 = pod_name("dc1", 1);

struct OperationsStage : AgentStage {
  agent::Turn turn;
  agent::ReleaseWorker releases{agent::ReleaseWorker::Parts{
      client,
      settings.config_map,
      {},
      clock,
      log,
      {std::chrono::minutes(1), std::chrono::minutes(1), std::chrono::minutes(5)}}};
  agent::Operations operations{{client, settings, clock, random, turn, releases}};
  agent::Intent intent{.id = "mine", .by = "jane", .reason = "backup", .strict = false};

  OperationsStage() { cluster.add_dc("dc1", 2); }
  Result<agent::Outcome> enter(const std::string& pod) {
    return operations.enter({pod, false}, intent);
  }
  Result<agent::Outcome> leave(const std::string& pod) {
    return operations.leave({pod, false}, intent);
  }

  /// Answers the request number `hit` (of those that `matches` likes) so, after `effect`.
  void hit(
      int number, std::function<bool(const http::Request&)> matches, Answer answer,
      std::function<void()> effect = [] {}) {
    int count = 0;
    cluster.intercept = [=](const http::Request& request) mutable -> std::optional<Answer> {
      if (!matches(request) || count++ != number) return std::nullopt;
      effect();
      return answer;
    };
  }
  static bool is_eviction(const http::Request& request) { return request.method == "POST"; }
  static bool is_patch(const http::Request& request) { return request.method == "PATCH"; }
};

const Answer budget_says_no = status_answer(429, "TooManyRequests", "disruption budget");

}  // namespace

BOOST_FIXTURE_TEST_SUITE(operations_test, OperationsStage)

BOOST_AUTO_TEST_CASE(the_record_is_written_before_the_pod_is_evicted) {
  BOOST_REQUIRE(enter(p0).ok());
  std::vector<std::string> writes;
  for (const http::Request& request : cluster.transport().requests()) {
    if (!http::is_read(request.method)) writes.push_back(request.method);
  }
  const std::vector<std::string> expected{"PATCH", "POST"};
  BOOST_TEST(writes == expected, boost::test_tools::per_element());
  BOOST_TEST(parse_record(cluster.data.at(p0)).by == "jane");
}

BOOST_AUTO_TEST_CASE(nothing_is_read_from_a_cache) {
  BOOST_REQUIRE(enter(p0).ok());
  for (const http::Request& request : cluster.transport().requests())
    BOOST_TEST(request.target.find("resourceVersion") == std::string::npos, request.target);
}

BOOST_AUTO_TEST_CASE(a_forced_release_that_a_budget_refuses_is_released_all_the_same) {
  cluster.data[p0] = "true";
  cluster.pods[p0].phase = FakePhase::held;
  hit(0, is_eviction, budget_says_no);
  intent.force = true;
  const auto outcome = leave(p0);
  BOOST_REQUIRE(outcome.ok());
  BOOST_REQUIRE(outcome->pods.front().failure.has_value());
  BOOST_TEST((outcome->pods.front().failure->kind == ErrorKind::too_many));
  BOOST_TEST(outcome->pods.front().explanation().find("its record is gone") != std::string::npos);
  BOOST_TEST(cluster.data.count(p0) == 0U);
}

BOOST_AUTO_TEST_CASE(a_refused_eviction_takes_the_record_back) {
  cluster.data["foreign"] = "true";
  hit(0, is_eviction, budget_says_no);
  const auto outcome = enter(p0);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->verdict.refuses());
  BOOST_TEST(!cluster.data.contains(p0));
  BOOST_TEST(cluster.data.contains("foreign"));
}

BOOST_AUTO_TEST_CASE(a_record_that_somebody_renewed_meanwhile_is_not_taken_back) {
  Record theirs;
  theirs.id = "theirs";
  const std::string value = format_record(theirs);
  hit(0, is_eviction, budget_says_no, [&] {
    cluster.data[p0] = value;
    ++cluster.version;
  });
  BOOST_REQUIRE(enter(p0).ok());
  BOOST_TEST(cluster.data.at(p0) == value);
}

BOOST_AUTO_TEST_CASE(a_record_that_was_there_before_survives_a_refusal) {
  cluster.data[p0] = "true";
  hit(0, is_eviction, budget_says_no);
  const auto outcome = enter(p0);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->verdict.refuses());
  BOOST_TEST(cluster.data.at(p0) == "true");
}

BOOST_AUTO_TEST_CASE(a_take_back_that_fails_is_told_with_what_to_do) {
  int patches = 0;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (is_eviction(request)) return budget_says_no;
    if (is_patch(request) && ++patches > 1) {
      return transport_error(ErrorKind::unreachable, "connection refused");
    }
    return std::nullopt;
  };
  const auto outcome = enter(p0);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(has_all(outcome->verdict.summary(),
                     {"could not be taken back", "kubectl maintenance disable pod " + p0}),
             outcome->verdict.summary());
}

BOOST_AUTO_TEST_CASE(a_restart_of_unknown_fate_is_not_called_undone) {
  bool sent = false;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (is_eviction(request)) {
      sent = true;
      return transport_error(ErrorKind::unknown_outcome, "connection reset");
    }
    if (sent && request.target.find("/pods") != std::string::npos) {
      return transport_error(ErrorKind::unreachable, "connection refused");
    }
    return std::nullopt;
  };
  const auto outcome = enter(p0);
  BOOST_REQUIRE(!outcome.ok());
  BOOST_TEST((outcome.error().kind == ErrorKind::unknown_outcome));
  BOOST_TEST(has_all(outcome.error().message(), {p0, "whether it restarts is not known"}),
             outcome.error().message());
  BOOST_TEST(outcome.error().message().find("as it was") == std::string::npos);
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(of_a_dc_that_failed_every_pod_is_accounted_for) {
  bool dead = false;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (dead) return transport_error(ErrorKind::unreachable, "connection refused");
    if (!is_eviction(request)) return std::nullopt;
    dead = true;
    return budget_says_no;
  };
  const auto outcome = operations.enter({"dc1", true}, intent);
  BOOST_REQUIRE(!outcome.ok());
  BOOST_TEST((outcome.error().kind == ErrorKind::unreachable));
  BOOST_TEST(
      has_all(outcome.error().message(),
              {p0 + ": ", p1 + ": ", "disruption budget", "connection refused",
               "kubectl maintenance disable pod " + p0, "kubectl maintenance disable pod " + p1}),
      outcome.error().message());
}

BOOST_AUTO_TEST_CASE(missing_rights_are_an_error_and_take_the_record_back) {
  hit(0, is_eviction, status_answer(403, "Forbidden", "cannot create pods/eviction"));
  const auto outcome = enter(p0);
  BOOST_REQUIRE(!outcome.ok());
  BOOST_TEST((outcome.error().kind == ErrorKind::forbidden));
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(a_pod_that_needs_no_restart_is_only_recorded) {
  for (const FakePhase phase :
       {FakePhase::held, FakePhase::pending, FakePhase::terminating, FakePhase::failed}) {
    OperationsStage stage;
    stage.cluster.pods[p0].phase = phase;
    BOOST_REQUIRE(stage.enter(p0).ok());
    BOOST_TEST(stage.cluster.data.contains(p0));
    BOOST_TEST(stage.cluster.requests("POST").empty());
  }
}

BOOST_AUTO_TEST_CASE(a_crashing_pod_is_restarted) {
  cluster.pods[p0].phase = FakePhase::crashing;
  BOOST_REQUIRE(enter(p0).ok());
  BOOST_TEST(cluster.requests("POST").size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_pod_between_two_lives_is_recorded_for_the_next_one) {
  cluster.pods.erase(p0);
  const auto outcome = enter(p0);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->pods.at(0).changed);
  BOOST_TEST(cluster.data.contains(p0));
  BOOST_TEST(cluster.requests("POST").empty());
}

BOOST_AUTO_TEST_CASE(the_decision_is_made_again_when_somebody_was_quicker) {
  FakeCluster& c = cluster;
  c.sets["demo-cassandra-dc1"].policy = "OrderedReady";
  bool overtaken = false;
  c.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (is_patch(request) && !overtaken) {
      overtaken = true;
      c.data[p1] = "true";
      ++c.version;
    }
    return std::nullopt;
  };
  const auto outcome = enter(p0);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->verdict.refuses());
  BOOST_TEST(!c.data.contains(p0));
  BOOST_TEST(c.requests("POST").empty());
}

BOOST_AUTO_TEST_CASE(a_record_whose_write_lost_its_answer_is_ours) {
  bool lost = false;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (!is_patch(request) || lost) return std::nullopt;
    lost = true;
    (void)cluster.answer(request).ok();
    return transport_error(ErrorKind::unknown_outcome, "connection reset");
  };
  const auto outcome = enter(p0);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->pods.at(0).changed);
  BOOST_TEST(cluster.requests("POST").size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_whole_dc_is_one_write) {
  const auto outcome = operations.enter({"dc1", true}, intent);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->pods.size() == 2U);
  BOOST_TEST(cluster.requests("PATCH").size() == 1U);
  BOOST_TEST(cluster.requests("POST").size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_dc_that_a_budget_refuses_altogether_is_one_finding) {
  cluster.add_dc("dc2", 1);  // or the last datacenter would be in the way
  cluster.intercept = [](const http::Request& request) {
    return is_eviction(request) ? std::optional<Answer>(budget_says_no) : std::nullopt;
  };
  const auto outcome = operations.enter({"dc1", true}, intent);
  BOOST_REQUIRE(outcome.ok());
  BOOST_REQUIRE(outcome->verdict.findings.size() == 1U);
  BOOST_TEST(outcome->verdict.refuses());
  BOOST_TEST(outcome->verdict.findings[0].guard == "disruption-budget");
  BOOST_TEST(outcome->verdict.findings[0].blockers.size() == 2U);
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(a_dc_of_which_one_pod_is_refused_is_refused_as_a_whole) {
  cluster.pods[p1].gate = false;
  const auto outcome = operations.enter({"dc1", true}, intent);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->verdict.refuses());
  BOOST_TEST(cluster.data.empty());
  BOOST_TEST(cluster.requests("POST").empty());
}

BOOST_AUTO_TEST_CASE(leaving_needs_neither_lists_nor_the_pod) {
  cluster.data[p0] = "true";
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.target.find("/configmaps/") != std::string::npos) return std::nullopt;
    return transport_error(ErrorKind::unreachable, "connection refused");
  };
  const auto outcome = leave(p0);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->pods.at(0).changed);
  BOOST_TEST(cluster.data.empty());
  BOOST_TEST(releases.following() == 1U);
}

BOOST_AUTO_TEST_CASE(leaving_touches_only_pods_of_this_cluster) {
  FakePod foreign;
  foreign.phase = FakePhase::held;
  cluster.add_pod("web-0", foreign);
  cluster.data["web-0"] = "true";
  BOOST_REQUIRE(leave("web-0").ok());
  BOOST_TEST(cluster.data.empty());
  BOOST_TEST(cluster.pods["web-0"].touched.empty());
  BOOST_TEST(releases.following() == 0U);
}

BOOST_AUTO_TEST_CASE(leaving_follows_whatever_is_not_past_its_gate) {
  for (const auto& [phase, followed] :
       std::vector<std::pair<FakePhase, bool>>{{FakePhase::held, true},
                                               {FakePhase::pending, true},
                                               {FakePhase::terminating, true},
                                               {FakePhase::crashing, false},
                                               {FakePhase::ready, false}}) {
    OperationsStage stage;
    stage.cluster.data[p0] = "true";
    stage.cluster.pods[p0].phase = phase;
    BOOST_REQUIRE(stage.leave(p0).ok());
    BOOST_TEST((stage.releases.following() == 1U) == followed, "phase " << static_cast<int>(phase));
    BOOST_TEST(stage.cluster.requests("POST").empty());
  }
}

BOOST_AUTO_TEST_CASE(a_dc_takes_the_records_of_scaled_away_pods_with_it) {
  cluster.data = {{p0, "true"}, {pod_name("dc1", 5), "true"}, {pod_name("dc2", 0), "true"}};
  const auto outcome = operations.leave({"dc1", true}, intent);
  BOOST_REQUIRE(outcome.ok());
  BOOST_TEST(outcome->pods.size() == 3U);
  BOOST_TEST(cluster.data.size() == 1U);
  BOOST_TEST(cluster.data.contains(pod_name("dc2", 0)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
