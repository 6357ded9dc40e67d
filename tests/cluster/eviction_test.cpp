// How a pod is brought to its gate: what the real eviction API makes of our requests.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tests/cluster/support/altered_transport.h"
#include "tests/cluster/support/test_agent.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";

bool is_eviction(const http::Request& request) {
  return request.method == "POST" && request.target.ends_with("/eviction");
}

std::size_t evictions(const AlteredTransport& transport) {
  const auto requests = transport.requests();
  return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), is_eviction));
}

AlteredTransport::Answer unaltered(const http::Request& request,
                                   const AlteredTransport::Forward& forward) {
  return forward(request);
}

/// A dc of three Ready pods with its ConfigMap, and an agent whose requests are counted.
struct EvictionStage : Stage {
  SetShape shape{.grace_s = 120};
  std::string pod = shape.pod(1);
  AlteredTransport counted{transport(), unaltered};
  TestAgent agent{*this, counted};

  EvictionStage() {
    make_config_map(config_map);
    make_dc(shape);
  }
  std::string put() { return agent.ask("PUT", "/pods/" + pod); }
  [[nodiscard]] std::string uid() { return pod_object(pod).object("metadata").text("uid"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(eviction_test, EvictionStage)

BOOST_AUTO_TEST_CASE(a_pod_is_evicted_once_with_its_whole_grace_period) {
  BOOST_TEST(put() == "200 {\"" + pod + "\":true}");

  const auto metadata = pod_object(pod).object("metadata");
  BOOST_TEST(metadata.has("deletionTimestamp"));
  BOOST_TEST(metadata.number("deletionGracePeriodSeconds") == 120);
  BOOST_TEST(evictions(counted) == 1U);
  BOOST_TEST(data_of(config_map).size() == 1U);
  BOOST_TEST(data_of(config_map).contains(pod));
  BOOST_TEST(!terminating(shape.pod(0)));
  BOOST_TEST(!terminating(shape.pod(2)));
  // The API server itself says that it was an eviction, not a delete.
  bool disrupted = false;
  for (const auto& condition : pod_object(pod).object("status").objects("conditions"))
    disrupted = disrupted || condition.text("reason") == "EvictionByEvictionAPI";
  BOOST_TEST(disrupted);
}

BOOST_AUTO_TEST_CASE(asking_again_while_it_goes_away_does_nothing_more) {
  BOOST_TEST(put().starts_with("200 "));
  const std::string record = data_of(config_map).at(pod);
  const std::string version = pod_object(pod).object("metadata").text("resourceVersion");

  BOOST_TEST(put() == "200 {\"" + pod + "\":true}");

  BOOST_TEST(evictions(counted) == 1U);
  BOOST_TEST(data_of(config_map).at(pod) == record);
  BOOST_TEST(pod_object(pod).object("metadata").text("resourceVersion") == version);
}

BOOST_AUTO_TEST_CASE(a_pod_that_somebody_else_deletes_is_not_evicted_too) {
  BOOST_REQUIRE(client().delete_pod(pod, uid()).ok());
  BOOST_TEST(put().starts_with("200 "));
  BOOST_TEST(evictions(counted) == 0U);
  BOOST_TEST(data_of(config_map).contains(pod));
}

BOOST_AUTO_TEST_CASE(a_pod_that_has_not_reached_its_gate_is_only_recorded) {
  replace_pod(shape, 1, PodPhase::pending);
  replace_pod(shape, 2, PodPhase::unscheduled);
  BOOST_TEST(put().starts_with("200 "));
  BOOST_TEST(agent.ask("PUT", "/pods/" + shape.pod(2)).starts_with("200 "));
  BOOST_TEST(evictions(counted) == 0U);
  BOOST_TEST(!terminating(pod));
  BOOST_TEST(pod_exists(shape.pod(2)));
  BOOST_TEST(data_of(config_map).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_pod_in_its_gate_is_left_in_peace) {
  set_phase(shape, 1, PodPhase::held);
  write_key(config_map, pod, "true");
  BOOST_TEST(put() == "200 {\"" + pod + "\":true}");
  BOOST_TEST(evictions(counted) == 0U);
  BOOST_TEST(!terminating(pod));
  BOOST_TEST(data_of(config_map).at(pod) == "true");
}

BOOST_AUTO_TEST_CASE(a_recorded_pod_that_runs_all_the_same_is_restarted) {
  write_key(config_map, pod, "true");
  BOOST_TEST(put() == "200 {\"" + pod + "\":true}");
  BOOST_TEST(evictions(counted) == 1U);
  BOOST_TEST(terminating(pod));
  BOOST_TEST(data_of(config_map).at(pod) == "true");
}

BOOST_AUTO_TEST_CASE(the_successor_of_the_pod_that_was_looked_at_is_not_evicted) {
  bool replaced = false;
  AlteredTransport overtaken(transport(), [&](const http::Request& request, const auto& forward) {
    if (is_eviction(request) && !replaced) {
      replaced = true;
      replace_pod(shape, 1, PodPhase::held);
    }
    return forward(request);
  });
  const std::string old_uid = uid();
  TestAgent late(*this, overtaken);

  BOOST_TEST(late.ask("PUT", "/pods/" + pod) == "200 {\"" + pod + "\":true}");

  BOOST_TEST(replaced);
  BOOST_TEST(uid() != old_uid);
  BOOST_TEST(!terminating(pod));
  BOOST_TEST(data_of(config_map).contains(pod));
}

BOOST_AUTO_TEST_CASE(a_successor_that_slipped_past_its_gate_is_restarted_by_its_own_uid) {
  bool replaced = false;
  AlteredTransport overtaken(transport(), [&](const http::Request& request, const auto& forward) {
    if (is_eviction(request) && !replaced) {
      replaced = true;
      replace_pod(shape, 1, PodPhase::ready);
    }
    return forward(request);
  });
  TestAgent late(*this, overtaken);
  BOOST_TEST(late.ask("PUT", "/pods/" + pod) == "200 {\"" + pod + "\":true}");
  BOOST_TEST(terminating(pod));
  BOOST_TEST(evictions(overtaken) == 2U);
}

BOOST_AUTO_TEST_CASE(an_exhausted_budget_refuses_and_leaves_nothing_behind) {
  make_budget("demo-budget", shape, BudgetStatus{});
  write_key(config_map, "foreign", "true");

  const std::string answer = put();

  BOOST_TEST(answer.starts_with("429 "), answer);
  BOOST_TEST(answer.find("disruption-budget") != std::string::npos, answer);
  BOOST_TEST(answer.find(pod) != std::string::npos, answer);
  BOOST_TEST(answer.find("demo-budget") != std::string::npos, answer);
  const std::map<std::string, std::string> untouched{{"foreign", "true"}};
  BOOST_TEST((data_of(config_map) == untouched));
  BOOST_TEST(!terminating(pod));
}

BOOST_AUTO_TEST_CASE(two_budgets_refuse_likewise) {
  make_budget("one", shape, BudgetStatus{.allowed = 1});
  make_budget("two", shape, BudgetStatus{.allowed = 1});
  const std::string answer = put();
  BOOST_TEST(answer.starts_with("429 "), answer);
  BOOST_TEST(answer.find("disruption-budget") != std::string::npos, answer);
  BOOST_TEST(data_of(config_map).empty());
  BOOST_TEST(!terminating(pod));
}

BOOST_AUTO_TEST_CASE(a_record_that_was_there_before_survives_a_refused_eviction) {
  make_budget("demo-budget", shape, BudgetStatus{});
  write_key(config_map, pod, "true");
  const std::string answer = put();
  BOOST_TEST(answer.starts_with("429 "), answer);
  BOOST_TEST(data_of(config_map).at(pod) == "true");
  BOOST_TEST(!terminating(pod));
}

BOOST_AUTO_TEST_CASE(of_a_whole_dc_exactly_those_are_recorded_that_go_down) {
  make_budget("demo-budget", shape, BudgetStatus{.allowed = 1});
  const std::string answer = agent.ask("PUT", "/dcs/dc1");
  std::size_t down = 0;
  const auto data = data_of(config_map);
  for (int ordinal = 0; ordinal < shape.replicas; ++ordinal) {
    const std::string name = shape.pod(ordinal);
    BOOST_TEST(data.contains(name) == terminating(name), name << ": " << answer);
    const bool claimed = answer.find("\"" + name + "\":true") != std::string::npos;
    BOOST_TEST(data.contains(name) == claimed, name << ": " << answer);
    if (data.contains(name)) ++down;
  }
  BOOST_TEST(down == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
