#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

const std::string p0 = pod_name("dc1", 0);
const std::string p1 = pod_name("dc1", 1);
const std::string wish = R"({"reason":"backup","requestedBy":"jane"})";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(v1_api_test, AgentStage)

BOOST_AUTO_TEST_CASE(put_answers_the_pod_as_it_is_now) {
  cluster.add_dc("dc1", 2);
  const auto answer = send("PUT", "/v1/pods/" + p0, wish);
  const std::string id(http::find_header(answer.headers, "X-Request-Id"));
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.content_type == "application/json");
  BOOST_TEST(answer.body ==
             R"({"name":"demo-cassandra-dc1-0","dc":"dc1","statefulSet":"demo-cassandra-dc1",)"
             R"("uid":"uid-1","state":"entering","wish":"in","reality":"terminating",)"
             R"("record":{"id":")" +
                 id +
                 R"(","by":"jane","verified":false,"reason":"backup",)"
                 R"("since":"2026-01-01T00:00:00Z"},"warnings":[],"changed":true})");
  const Record record = parse_record(cluster.data.at(p0));
  BOOST_TEST(record.by == "jane");
  BOOST_TEST(!record.verified);
  BOOST_TEST(record.id == id);
}

BOOST_AUTO_TEST_CASE(asking_again_changes_nothing_and_says_so) {
  cluster.add_dc("dc1", 1);
  cluster.add_dc("dc2", 1);  // or the last datacenter would be in the way
  (void)send("PUT", "/v1/pods/" + p0, wish);
  cluster.pods[p0].phase = FakePhase::held;
  const std::string record = cluster.data.at(p0);
  const auto again = json("PUT", "/v1/pods/" + p0, R"({"reason":"another"})");
  BOOST_TEST(again.text("state") == "held");
  BOOST_TEST(!again.flag("changed"));
  BOOST_TEST(again.has("changed"));
  BOOST_TEST(cluster.data.at(p0) == record);
  BOOST_TEST(cluster.requests("POST").size() == 1U);
}

BOOST_AUTO_TEST_CASE(delete_answers_leaving_and_then_already) {
  cluster.add_dc("dc1", 1);
  cluster.data[p0] = "true";
  cluster.pods[p0].phase = FakePhase::held;
  const auto left = json("DELETE", "/v1/pods/" + p0);
  BOOST_TEST(left.text("state") == "leaving");
  BOOST_TEST(left.text("wish") == "out");
  BOOST_TEST(left.flag("changed"));
  BOOST_TEST(!cluster.pods[p0].touched.empty());
  BOOST_TEST(api->releases().following() == 1U);
  const std::string first_touch = cluster.pods[p0].touched;
  clock.advance(std::chrono::seconds(1));
  // Already out, and still at its gate: it is touched all the same.
  const auto again = json("DELETE", "/v1/pods/" + p0);
  BOOST_TEST(!again.flag("changed"));
  BOOST_TEST(cluster.pods[p0].touched != first_touch);
}

BOOST_AUTO_TEST_CASE(force_evicts_what_its_gate_still_holds) {
  cluster.add_dc("dc1", 2);
  cluster.data[p0] = "true";
  cluster.pods[p0].phase = FakePhase::held;
  // Not at its gate: nothing to be pushed through.
  BOOST_TEST(json("DELETE", "/v1/pods/" + p1, R"({"force":true})").text("wish") == "out");
  BOOST_TEST(cluster.requests("POST").empty());
  BOOST_TEST(send("DELETE", "/v1/pods/" + p0, R"({"force":true,"dryRun":true})").status == 200);
  BOOST_TEST(cluster.requests("POST").empty());
  const auto left = json("DELETE", "/v1/pods/" + p0, R"({"force":true})");
  BOOST_TEST(left.flag("changed"));
  BOOST_REQUIRE(cluster.requests("POST").size() == 1U);
  BOOST_TEST(cluster.requests("POST").front().find(p0 + "/eviction") != std::string::npos);
  BOOST_TEST(cluster.data.count(p0) == 0U);
}

BOOST_AUTO_TEST_CASE(who_has_let_a_pod_go_is_told_to_those_who_wait_for_it) {
  cluster.add_dc("dc1", 1);
  cluster.data[p0] = "true";
  cluster.pods[p0].phase = FakePhase::held;
  (void)send("DELETE", "/v1/pods/" + p0, R"({"requestedBy":"tom","dryRun":true})");
  BOOST_TEST(!json("GET", "/v1/pods/" + p0).has("releasedBy"));
  (void)send("DELETE", "/v1/pods/" + p0, R"({"requestedBy":"tom"})");
  BOOST_TEST(json("GET", "/v1/pods/" + p0).text("releasedBy") == "tom");
  BOOST_TEST(json("GET", "/v1/status").objects("pods").front().text("releasedBy") == "tom");
  // What was out already was let go by nobody.
  (void)send("DELETE", "/v1/pods/" + p0, R"({"requestedBy":"jane"})");
  BOOST_TEST(json("GET", "/v1/pods/" + p0).text("releasedBy") == "tom");
  cluster.data[p0] = "true";
  BOOST_TEST(!json("GET", "/v1/pods/" + p0).has("releasedBy"));
}

BOOST_AUTO_TEST_CASE(force_is_no_way_in) {
  cluster.add_dc("dc1", 1);
  BOOST_TEST(send("PUT", "/v1/pods/" + p0, R"({"force":true})").status == 400);
  BOOST_TEST(send("DELETE", "/v1/pods/" + p0, R"({"force":"yes"})").status == 400);
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(a_dc_answers_all_its_pods) {
  cluster.add_dc("dc1", 2);
  cluster.add_dc("dc2", 1);  // or the last datacenter would be in the way
  for (const char* method : {"PUT", "GET", "DELETE"}) {
    const auto pods = json(method, "/v1/dcs/dc1").objects("pods");
    BOOST_REQUIRE(pods.size() == 2U);
    BOOST_TEST(pods[0].text("name") == p0);
    BOOST_TEST(pods[1].text("name") == p1);
    BOOST_TEST(pods[0].has("changed") == (std::string(method) != "GET"));
  }
}

BOOST_AUTO_TEST_CASE(status_is_everything_side_by_side) {
  cluster.add_dc("dc1", 2, "OrderedReady");
  cluster.data[p1] = "true";
  cluster.data[pod_name("dc1", 9)] = "true";
  const auto status = json("GET", "/v1/status");
  BOOST_TEST(status.text("cluster") == "demo");
  BOOST_TEST(status.text("namespace") == "cassandra");
  BOOST_TEST(status.text("configMap") == "demo-maintenance-configmap");
  BOOST_TEST(status.object("agent").text("version") == MAINTENANCE_VERSION);
  const auto sets = status.objects("statefulSets");
  BOOST_REQUIRE(sets.size() == 1U);
  BOOST_TEST(sets[0].text("podManagementPolicy") == "OrderedReady");
  BOOST_TEST(sets[0].text("dc") == "dc1");
  BOOST_TEST(sets[0].number("replicas") == 2);
  const auto pods = status.objects("pods");
  BOOST_REQUIRE(pods.size() == 3U);
  BOOST_TEST(pods[0].text("state") == "normal");
  BOOST_TEST(pods[1].text("state") == "drifted");
  BOOST_TEST(pods[2].text("state") == "missing");
  BOOST_TEST(pods[1].texts("warnings").size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_a_problem_with_its_verdict) {
  cluster.add_dc("dc1", 2, "OrderedReady");
  cluster.data[p0] = "true";
  const auto answer = send("PUT", "/v1/pods/" + p1, wish);
  BOOST_TEST(answer.status == 409);
  BOOST_TEST(answer.content_type == "application/problem+json");
  const auto parsed = text::parse_json_object(answer.body, "an answer");
  BOOST_REQUIRE(parsed.ok());
  const text::JsonView problem(*parsed);
  BOOST_TEST(problem.number("status") == 409);
  BOOST_TEST(!problem.text("type").empty());
  BOOST_TEST(problem.text("title") == "Refused by policy");
  BOOST_TEST(has_all(problem.text("detail"), {"OrderedReady", p0}));
  const Verdict verdict = verdict_from_json(problem.objects("verdict"));
  BOOST_REQUIRE(!verdict.findings.empty());
  BOOST_TEST(verdict.findings[0].guard == "ordered-ready");
  BOOST_TEST(verdict.findings[0].blockers.at(0) == p0);
  BOOST_TEST(!verdict.findings[0].remedy.empty());
}

BOOST_AUTO_TEST_CASE(soft_guards_refuse_until_they_are_named) {
  cluster.add_dc("dc1", 2);
  cluster.data[p1] = "true";
  const auto refused = send("PUT", "/v1/pods/" + p0, "{}");
  BOOST_TEST(refused.status == 409);
  BOOST_TEST(has_all(refused.body, {"replica-down", "last-datacenter", "--override"}),
             refused.body);
  BOOST_TEST(!cluster.data.contains(p0));
  const auto answer =
      json("PUT", "/v1/pods/" + p0, R"({"override":["replica-down","last-datacenter"]})");
  BOOST_TEST(answer.flag("changed"));
  const Verdict verdict = verdict_from_json(answer.objects("verdict"));
  BOOST_TEST(verdict.findings.size() == 2U);
  BOOST_TEST(!verdict.refuses());
  BOOST_TEST(cluster.data.contains(p0));
}

BOOST_AUTO_TEST_CASE(a_dry_run_judges_and_changes_nothing) {
  cluster.add_dc("dc1", 3);
  const auto answer = json("PUT", "/v1/pods/" + p0, R"({"dryRun":true})");
  BOOST_TEST(answer.flag("dryRun"));
  BOOST_TEST(answer.flag("changed"));
  BOOST_TEST(answer.text("state") == "normal");
  BOOST_TEST(json("PUT", "/v1/dcs/dc1", R"({"dryRun":true,"override":["last-datacenter"]})")
                 .flag("dryRun"));
  cluster.data[p0] = "true";
  BOOST_TEST(json("DELETE", "/v1/pods/" + p0, R"({"dryRun":true})").flag("changed"));
  BOOST_TEST(send("PUT", "/v1/pods/" + p1, R"({"dryRun":true})").status == 409);
  BOOST_TEST(cluster.data.size() == 1U);
  for (const std::string& request : cluster.requests())
    BOOST_TEST(request.starts_with("GET "), request);
}

BOOST_AUTO_TEST_CASE(a_wait_answers_when_the_state_is_reached) {
  cluster.add_dc("dc1", 1);
  cluster.data[p0] = "true";
  cluster.pods[p0].phase = FakePhase::terminating;
  int looks = 0;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (request.target.ends_with("/pods/" + p0) && ++looks == 4) {
      cluster.pods[p0].phase = FakePhase::held;
    }
    return std::nullopt;
  };
  BOOST_TEST(json("GET", "/v1/pods/" + p0 + "?wait=held&timeout=20s").text("state") == "held");
  BOOST_TEST(looks == 4);
}

BOOST_AUTO_TEST_CASE(a_wait_ends_when_its_time_is_up_or_the_direction_changes) {
  cluster.add_dc("dc1", 1);
  cluster.data[p0] = "true";
  cluster.pods[p0].phase = FakePhase::terminating;
  const auto began = clock.steady_now();
  BOOST_TEST(json("GET", "/v1/pods/" + p0 + "?wait=held&timeout=3s").text("state") == "entering");
  BOOST_TEST((clock.steady_now() - began == std::chrono::seconds(3)));
  cluster.data.clear();
  BOOST_TEST(json("GET", "/v1/pods/" + p0 + "?wait=held").text("wish") == "out");
  BOOST_TEST((clock.steady_now() - began == std::chrono::seconds(3)));
}

BOOST_AUTO_TEST_CASE(a_wait_does_not_outlive_the_agent) {
  cluster.add_dc("dc1", 1);
  cluster.data[p0] = "true";
  cluster.pods[p0].phase = FakePhase::terminating;
  api->request_stop();
  const auto began = clock.steady_now();
  BOOST_TEST(json("GET", "/v1/pods/" + p0 + "?wait=held").text("state") == "entering");
  BOOST_TEST((clock.steady_now() == began));
}

BOOST_AUTO_TEST_CASE(a_wait_is_read_strictly) {
  cluster.add_dc("dc1", 1);
  for (const char* query :
       {"?wait=soon", "?wait=", "?wait=held&timeout=x", "?wait=held&timeout=31s", "?timeout=x",
        "?timeout=31s", "?wiat=held", "?wait=held&pretty=1"})
    BOOST_TEST(send("GET", "/v1/pods/" + p0 + query).status == 400, query);
  BOOST_TEST(send("GET", "/v1/pods/" + p0 + "?timeout=1s").status == 200);
  BOOST_TEST(send("GET", "/v1/pods/nobody?wait=held").status == 404);
}

BOOST_AUTO_TEST_CASE(a_replica_between_its_deletion_and_its_next_creation_is_starting) {
  cluster.add_dc("dc1", 2);
  cluster.pods.erase(p1);
  const auto report = json("GET", "/v1/pods/" + p1);
  BOOST_TEST(report.text("state") == "starting");
  BOOST_TEST(report.text("reality") == "no pod");
  // In the whole cluster's status, too.
  BOOST_TEST(json("GET", "/v1/status").objects("pods").size() == 2U);
  BOOST_TEST(ask("GET", "/pods/" + p1).starts_with("404 "));
  BOOST_TEST(has_all(ask("GET", "/pods/" + p1), {"is about to create it"}));
  cluster.sets.begin()->second.replicas = 1;
  BOOST_TEST(send("GET", "/v1/pods/" + p1).status == 404);
  BOOST_TEST(json("GET", "/v1/status").objects("pods").size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_knows_no_query_says_so) {
  cluster.add_dc("dc1", 1);
  for (const char* path : {"/v1/status", "/v1/dcs/dc1"}) {
    BOOST_TEST(send("GET", path).status == 200, path);
    const std::string answer = ask("GET", std::string(path) + "?wait=held");
    BOOST_TEST(answer.starts_with("400 "), answer);
    BOOST_TEST(has_all(answer, {"wait"}), answer);
  }
}

BOOST_AUTO_TEST_CASE(a_dry_run_in_the_query_is_no_real_one_because_of_the_body) {
  cluster.add_dc("dc1", 3);
  const auto answer = json("PUT", "/v1/pods/" + p0 + "?dryRun=true", R"({"dryRun":false})");
  BOOST_TEST(answer.flag("dryRun"));
  BOOST_TEST(cluster.data.empty());
  BOOST_TEST(json("DELETE", "/v1/pods/" + p0 + "?dryRun=true").flag("dryRun"));
}

BOOST_AUTO_TEST_CASE(other_failures_are_problems_too) {
  for (const char* path : {"/v1/pods/nobody", "/v1/nothing", "/v1/pods/UPPER"}) {
    const auto answer = send("GET", path);
    BOOST_TEST(answer.content_type == "application/problem+json", path);
    const auto problem = json("GET", path);
    BOOST_TEST(problem.number("status") == answer.status);
    BOOST_TEST(problem.text("type") == "about:blank");
    BOOST_TEST(!problem.text("title").empty());
    BOOST_TEST(!problem.text("detail").empty());
  }
}

BOOST_AUTO_TEST_CASE(a_budget_is_told_as_a_finding_and_leaves_nothing_behind) {
  cluster.add_dc("dc1", 1);
  cluster.add_dc("dc2", 1);  // or the last datacenter would be in the way
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.method != "POST") return std::nullopt;
    return status_answer(429, "TooManyRequests", "the disruption budget \"b\" is exhausted");
  };
  const auto answer = send("PUT", "/v1/pods/" + p0, wish);
  BOOST_TEST(answer.status == 429);
  BOOST_TEST(has_all(answer.body, {"disruption-budget", p0, "taken back"}), answer.body);
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(in_a_dc_each_pod_tells_its_own_failure) {
  cluster.add_dc("dc1", 2);
  cluster.add_dc("dc2", 1);  // or the last datacenter would be in the way
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (!request.target.ends_with(p1 + "/eviction")) return std::nullopt;
    return status_answer(429, "TooManyRequests", "the disruption budget \"b\" is exhausted");
  };
  const auto pods = json("PUT", "/v1/dcs/dc1").objects("pods");
  BOOST_REQUIRE(pods.size() == 2U);
  BOOST_TEST(pods[0].text("error").empty());
  BOOST_TEST(pods[0].flag("changed"));
  BOOST_TEST(has_all(pods[1].text("error"), {"budget"}));
  BOOST_TEST(!pods[1].flag("changed"));
  BOOST_TEST(pods[1].text("wish") == "out");
}

BOOST_AUTO_TEST_CASE(bodies_are_checked_before_anything_is_done) {
  cluster.add_dc("dc1", 1);
  cluster.add_dc("dc2", 1);  // or the last datacenter would be in the way
  const std::vector<std::pair<std::string, std::string>> table{
      {R"({"resaon":"x"})", "resaon"},
      {R"({"dryRun":"yes"})", "dryRun"},
      {R"({"reason":5})", "reason"},
      {R"(["reason"])", "JSON object"},
      {"reason=x", "JSON"},
      {R"({"reason":"x"} trailing)", "JSON"},
      {R"({"reason":")" + std::string(513, 'r') + "\"}", "512"},
  };
  for (const auto& [body, says] : table) {
    const std::string answer = ask("PUT", "/v1/pods/" + p0, body);
    BOOST_TEST(answer.starts_with("400 "), answer);
    BOOST_TEST(has_all(answer, {says}), answer);
  }
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
