#include "agent/server/telling.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using agent::HappeningKind;

const std::string p0 = pod_name("dc1", 0);
const std::string p1 = pod_name("dc1", 1);

struct TellingStage : AgentStage {
  TellingStage() { cluster.add_dc("dc1", 3); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(telling_test, TellingStage)

BOOST_AUTO_TEST_CASE(a_pod_is_told_who_put_it_into_maintenance_and_why) {
  (void)send("PUT", "/v1/pods/" + p0, R"({"reason":"backup","requestedBy":"jane"})");
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST((told[0].kind == HappeningKind::entering));
  BOOST_TEST(told[0].pod == p0);
  BOOST_TEST(told[0].uid == cluster.pods[p0].uid);
  BOOST_TEST(has_all(told[0].note, {"jane", "backup", "restarts"}));
  const kube::Event event = make_event(told[0], "agent-1", clock.now());
  BOOST_TEST(event.reason == "MaintenanceEntering");
  BOOST_TEST(event.action == "EnterMaintenance");
  BOOST_TEST(!event.warning);
  BOOST_TEST(event.reporter_instance == "agent-1");
}

BOOST_AUTO_TEST_CASE(what_changes_nothing_tells_nothing) {
  (void)send("PUT", "/pods/" + p0 + "?dryRun=true");
  (void)send("DELETE", "/pods/" + p0);
  (void)send("PUT", "/pods/no-such-pod");
  BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(leaving_is_told_of_each_pod_of_a_dc_that_had_a_record) {
  cluster.data[p0] = "true";
  cluster.data[p1] = "true";
  (void)send("DELETE", "/dcs/dc1");
  BOOST_REQUIRE(told.size() == 2U);
  BOOST_TEST((told[0].kind == HappeningKind::leaving));
  BOOST_TEST(told[1].pod == p1);
  BOOST_TEST(told[1].uid == cluster.pods[p1].uid);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_told_once_in_a_while_and_counted_each_time) {
  cluster.data[p1] = "true";
  (void)send("PUT", "/v1/pods/" + p0);
  (void)send("PUT", "/v1/pods/" + p0);
  clock.advance(agent::refusal_told_again_after);
  (void)send("PUT", "/v1/pods/" + p0);
  BOOST_REQUIRE(told.size() == 3U);
  BOOST_TEST((told[0].kind == HappeningKind::refused));
  BOOST_TEST(has_all(told[0].note, {p0, "replica-down", p1}));
  const auto name = [&](std::size_t i) { return make_event(told[i], "", clock.now()).name; };
  BOOST_TEST(name(0) == name(1));
  BOOST_TEST(name(0) != name(2));
  BOOST_TEST(has_all(metrics.exposition(), {R"(refusals_total{guard="replica-down"} 3)"}));
}

BOOST_AUTO_TEST_CASE(a_refused_dc_is_told_of_the_config_map) {
  cluster.add_dc("ordered", 2, "OrderedReady");
  (void)send("PUT", "/dcs/ordered");
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST(told[0].object_kind == "ConfigMap");
  BOOST_TEST(told[0].pod == FakeCluster::config_map);
  BOOST_TEST(has_all(told[0].note, {"dc ordered", "ordered-ready"}));
}

BOOST_AUTO_TEST_CASE(a_restart_that_failed_is_told_as_a_failure) {
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.method != "POST") return std::nullopt;
    return status_answer(403, "Forbidden", "no evictions for you");
  };
  (void)send("PUT", "/dcs/dc1");
  BOOST_TEST(told.empty());  // nothing worked, so the request itself failed
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.target.find(p0 + "/eviction") == std::string::npos) return std::nullopt;
    return status_answer(403, "Forbidden", "no evictions for you");
  };
  (void)send("PUT", "/dcs/dc1");
  BOOST_REQUIRE(told.size() == 3U);
  BOOST_TEST((told[0].kind == HappeningKind::failed));
  BOOST_TEST(has_all(told[0].note, {"no evictions for you", "taken back"}));
  BOOST_TEST((told[1].kind == HappeningKind::entering));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
