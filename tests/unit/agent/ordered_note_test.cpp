#include "agent/reconcile/ordered_note.h"

#include <boost/test/unit_test.hpp>

#include "agent/reconcile/reconciler.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

struct OrderedNoteStage : AgentStage {
  agent::Reconciler reconciler{{client, api->shared(client), log, metrics, {}, tell}};

  [[nodiscard]] std::string note() const {
    const auto found = cluster.annotations.find(agent::ordered_ready_annotation);
    return found == cluster.annotations.end() ? "none" : found->second;
  }
  void pass() { (void)reconciler.pass(); }
  void pass_later() {
    clock.advance(agent::ordered_note_rest);
    pass();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ordered_note_test, OrderedNoteStage)

BOOST_AUTO_TEST_CASE(the_ordered_sets_of_the_cluster_are_noted_and_nothing_else) {
  cluster.add_dc("ord2", 2, "OrderedReady");
  cluster.add_dc("ord1", 2, "OrderedReady");
  cluster.add_dc("dc1", 2);
  cluster.data["some-pod-0"] = "true";
  cluster.annotations["of-others"] = "stays";
  pass();
  BOOST_TEST(note() == "demo-cassandra-ord1,demo-cassandra-ord2");
  BOOST_TEST(cluster.annotations.at("of-others") == "stays");
  BOOST_TEST(cluster.data.at("some-pod-0") == "true");

  agent::Snapshot with_stranger = snapshot_of(cluster);
  with_stranger.stateful_sets["stranger"] = with_stranger.stateful_sets["demo-cassandra-ord1"];
  with_stranger.stateful_sets["stranger"].template_labels.clear();
  BOOST_TEST(agent::wanted_ordered_note(with_stranger) ==
             "demo-cassandra-ord1,demo-cassandra-ord2");
}

BOOST_AUTO_TEST_CASE(it_is_written_once_and_taken_back_when_no_such_set_is_left) {
  cluster.add_dc("ord", 2, "OrderedReady");
  pass();
  pass_later();
  BOOST_TEST(cluster.requests("PATCH").size() == 1U);
  cluster.sets["demo-cassandra-ord"].policy = "Parallel";
  pass_later();
  BOOST_TEST(note() == "none");
  pass_later();
  BOOST_TEST(cluster.requests("PATCH").size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_cluster_without_such_sets_is_never_written) {
  cluster.add_dc("dc1", 2);
  pass();
  BOOST_TEST(cluster.requests("PATCH").empty());
}

BOOST_AUTO_TEST_CASE(who_disagrees_is_answered_once_in_a_while_only) {
  cluster.add_dc("ord", 2, "OrderedReady");
  pass();
  cluster.annotations[agent::ordered_ready_annotation] = "by-somebody-else";
  pass();
  BOOST_TEST(note() == "by-somebody-else");
  pass_later();
  BOOST_TEST(note() == "demo-cassandra-ord");
}

BOOST_AUTO_TEST_CASE(a_failure_is_said_once_and_tried_again) {
  cluster.add_dc("ord", 2, "OrderedReady");
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.method != "PATCH") return std::nullopt;
    return status_answer(403, "Forbidden", "configmaps are not for you");
  };
  pass();
  pass_later();
  const std::string said = log_text();
  const auto first = said.find("ordered_ready_unnoted");
  BOOST_REQUIRE(first != std::string::npos);
  BOOST_TEST(said.find("ordered_ready_unnoted", first + 1) == std::string::npos);
  BOOST_TEST(has_all(said, {"configmaps are not for you"}));
  cluster.intercept = {};
  pass_later();
  BOOST_TEST(note() == "demo-cassandra-ord");
}

BOOST_AUTO_TEST_CASE(a_change_that_was_quicker_is_not_overwritten) {
  cluster.add_dc("ord", 2, "OrderedReady");
  const agent::Snapshot before = snapshot_of(cluster);
  ++cluster.version;
  agent::OrderedNote noted(log);
  noted.keep(client, before, clock.steady_now());
  BOOST_TEST(note() == "none");
  BOOST_TEST(cluster.requests("PATCH").size() == 1U);
  BOOST_TEST(log_text().find("ordered_ready_unnoted") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
