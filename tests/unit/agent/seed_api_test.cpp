// The answers at the root, to the letter: other people's scripts read them.
#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

const std::string p0 = pod_name("dc1", 0);
const std::string p1 = pod_name("dc1", 1);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(seed_api_test, AgentStage)

BOOST_AUTO_TEST_CASE(a_pod_goes_in_and_out) {
  cluster.add_dc("dc1", 2);
  BOOST_TEST(ask("GET", "/pods/" + p0) == R"(200 {"inMaintenance":false})");
  BOOST_TEST(ask("PUT", "/pods/" + p0) == R"(200 {"demo-cassandra-dc1-0":true})");
  BOOST_TEST(ask("GET", "/pods/" + p0) == R"(200 {"inMaintenance":false})");  // terminating
  cluster.pods[p0].phase = FakePhase::held;
  BOOST_TEST(ask("GET", "/pods/" + p0) == R"(200 {"inMaintenance":true})");
  BOOST_TEST(ask("DELETE", "/pods/" + p0) == R"(200 {"demo-cassandra-dc1-0":false})");
  BOOST_TEST(ask("GET", "/pods/" + p0) == R"(200 {"inMaintenance":false})");  // leaving
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(a_dc_goes_in_and_out) {
  cluster.add_dc("dc1", 2);
  cluster.add_dc("dc10", 1);
  BOOST_TEST(ask("GET", "/dcs/dc1") == R"(200 {"dc1":false})");
  BOOST_TEST(ask("PUT", "/pods/" + p0).starts_with("200 "));
  BOOST_TEST(ask("GET", "/dcs/dc1") == R"(200 {"dc1":false})");
  BOOST_TEST(ask("PUT", "/dcs/dc1") ==
             R"(200 [{"demo-cassandra-dc1-0":true},{"demo-cassandra-dc1-1":true}])");
  BOOST_TEST(ask("GET", "/dcs/dc1") == R"(200 {"dc1":true})");
  BOOST_TEST(ask("GET", "/dcs/dc10") == R"(200 {"dc10":false})");
  BOOST_TEST(ask("DELETE", "/dcs/dc1") ==
             R"(200 [{"demo-cassandra-dc1-0":false},{"demo-cassandra-dc1-1":false}])");
  BOOST_TEST(cluster.data.empty());
  BOOST_TEST((cluster.pods[pod_name("dc10", 0)].phase == FakePhase::ready));
}

BOOST_AUTO_TEST_CASE(config_is_the_object_for_get_and_put) {
  cluster.data["x"] = "true";
  for (const char* method : {"GET", "PUT"}) {
    const auto answer = json(method, "/config");
    BOOST_TEST(answer.text("kind") == "ConfigMap");
    BOOST_TEST(answer.object("data").text("x") == "true");
    BOOST_TEST(!answer.object("metadata").has("managedFields"));
  }
  BOOST_TEST(cluster.requests("PATCH").empty());
}

BOOST_AUTO_TEST_CASE(a_reason_is_kept_and_a_long_one_refused) {
  cluster.add_dc("dc1", 1);
  BOOST_TEST(ask("PUT", "/pods/" + p0 + "?reason=a%0Ab+c").starts_with("200 "));
  BOOST_TEST(parse_record(cluster.data[p0]).reason == "a\\nb c");
  const std::string too_long = ask("PUT", "/pods/" + p0 + "?reason=" + std::string(513, 'r'));
  BOOST_TEST(too_long.starts_with("400 "), too_long);
  BOOST_TEST(has_all(too_long, {"reason", "512"}), too_long);
}

BOOST_AUTO_TEST_CASE(what_is_not_understood_is_refused_and_not_carried_out) {
  cluster.add_dc("dc1", 1);
  for (const char* query :
       {"?dryRun=yes", "?for=soon", "?override=x", "?reason=a&reason=b", "?wait=1"}) {
    const std::string answer = ask("PUT", "/pods/" + p0 + query);
    BOOST_TEST(answer.starts_with("400 "), answer);
  }
  BOOST_TEST(cluster.requests().empty());
  BOOST_TEST(ask("GET", "/pods/" + p0 + "?pretty=1").starts_with("200 "));
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_what_would_be_and_changes_nothing) {
  cluster.add_dc("dc1", 2);
  cluster.pods[pod_name("dc1", 1)].phase = FakePhase::running;
  const auto answer = send("PUT", "/pods/" + p0 + "?dryRun=true");
  BOOST_TEST(answer.status == 200);
  std::string warnings;
  for (const http::Header& header : answer.headers) {
    if (header.name == "Warning") warnings += header.value;
  }
  BOOST_TEST(has_all(warnings, {"dry run", "[replica-down]", "[last-datacenter]"}), warnings);
  BOOST_TEST(cluster.data.empty());
  cluster.data[p0] = "true";
  BOOST_TEST(ask("DELETE", "/pods/" + p0 + "?dryRun=true") == "200 {\"" + p0 + "\":false}");
  BOOST_TEST(cluster.data.size() == 1U);
  for (const std::string& request : cluster.requests())
    BOOST_TEST(request.starts_with("GET "), request);
}

BOOST_AUTO_TEST_CASE(soft_guards_only_warn_unless_the_settings_say_otherwise) {
  cluster.add_dc("dc1", 1);
  settings.guards_compat = agent::Strictness::enforce;
  const std::string refused = ask("PUT", "/pods/" + p0);
  BOOST_TEST(refused.starts_with("409 "), refused);
  BOOST_TEST(cluster.data.empty());
  BOOST_TEST(ask("PUT", "/pods/" + p0 + "?override=last-datacenter").starts_with("200 "));
  cluster.data.clear();
  cluster.pods[p0].phase = FakePhase::ready;
  settings.guards_compat = agent::Strictness::warn;
  const auto warned = send("PUT", "/pods/" + p0 + "?for=2h");
  BOOST_TEST(warned.status == 200);
  BOOST_TEST(
      has_all(std::string(http::find_header(warned.headers, "Warning")), {"[last-datacenter]"}));
  const Record record = parse_record(cluster.data.at(p0));
  BOOST_REQUIRE((record.until && record.since));
  BOOST_TEST((*record.until - *record.since == std::chrono::hours(2)));
}

BOOST_AUTO_TEST_CASE(refusals_and_failures_have_their_status) {
  struct Row {
    const char* name;
    std::function<void(FakeCluster&)> arrange;
    const char* method;
    std::string target;
    const char* status;
    std::vector<std::string> says;
  };
  const auto unreachable = [](FakeCluster& c) {
    c.intercept = [](const http::Request&) {
      return std::optional<Answer>(transport_error(ErrorKind::unreachable, "connection refused"));
    };
  };
  const auto slow = [](FakeCluster& c) {
    c.intercept = [](const http::Request&) {
      return std::optional<Answer>(transport_error(ErrorKind::timeout, "no answer in time"));
    };
  };
  const auto no_map = [](FakeCluster& c) { c.has_config_map = false; };
  const std::vector<Row> rows{
      {"no such pod", [](FakeCluster&) {}, "PUT", "/pods/nobody", "404 ", {"nobody"}},
      {"no such dc", [](FakeCluster&) {}, "PUT", "/dcs/nowhere", "404 ", {"nowhere"}},
      {"no such dc", [](FakeCluster&) {}, "GET", "/dcs/nowhere", "404 ", {"nowhere"}},
      {"no such dc", [](FakeCluster&) {}, "DELETE", "/dcs/nowhere", "404 ", {"nowhere"}},
      {"ordered dc",
       [](FakeCluster& c) { c.add_dc("o", 1, "OrderedReady"); },
       "PUT",
       "/dcs/o",
       "409 ",
       {"ordered-ready", "demo-cassandra-o"}},
      {"no gate",
       [](FakeCluster& c) { c.add_dc("g", 1, "Parallel", false); },
       "PUT",
       "/pods/" + pod_name("g", 0),
       "422 ",
       {"no-gate", "docs/install.md"}},
      {"not a member",
       [](FakeCluster& c) { c.add_pod("web-0", {}); },
       "PUT",
       "/pods/web-0",
       "422 ",
       {"not-a-member", "web-0"}},
      {"API server away", unreachable, "GET", "/pods/a", "503 ", {"connection refused"}},
      {"API server slow", slow, "GET", "/pods/a", "504 ", {"no answer in time"}},
      {"no ConfigMap", no_map, "GET", "/pods/a", "503 ", {"kubectl create configmap"}},
      {"no ConfigMap", no_map, "PUT", "/dcs/a", "503 ", {"kubectl create configmap"}},
      {"no ConfigMap", no_map, "DELETE", "/pods/a", "503 ", {"kubectl create configmap"}},
      {"no ConfigMap", no_map, "GET", "/config", "503 ", {"kubectl create configmap"}},
  };
  for (const Row& row : rows) {
    AgentStage stage;
    row.arrange(stage.cluster);
    const std::string answer = stage.ask(row.method, row.target);
    BOOST_TEST_CONTEXT(row.name << ": " << row.method << " " << row.target << ": " << answer) {
      BOOST_TEST(answer.starts_with(row.status));
      BOOST_TEST(answer.substr(4).starts_with(R"({"error":")"));
      BOOST_TEST(has_all(answer, row.says));
      BOOST_TEST(stage.cluster.data.empty());
      BOOST_TEST(stage.cluster.requests("POST").empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_record_whose_pod_is_gone_can_be_removed) {
  cluster.add_dc("dc1", 1);
  cluster.data[pod_name("dc1", 7)] = "true";
  BOOST_TEST(ask("GET", "/pods/" + pod_name("dc1", 7)).starts_with("404 "));
  BOOST_TEST(ask("DELETE", "/pods/" + pod_name("dc1", 7)) ==
             R"(200 {"demo-cassandra-dc1-7":false})");
  BOOST_TEST(cluster.data.empty());
  BOOST_TEST(ask("DELETE", "/pods/" + pod_name("dc1", 7)).starts_with("404 "));
}

BOOST_AUTO_TEST_CASE(a_dc_that_a_budget_lets_in_only_partly_says_which) {
  cluster.add_dc("dc1", 2);
  cluster.add_dc("dc2", 1);  // or the last datacenter would be in the way
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (!request.target.ends_with(p1 + "/eviction")) return std::nullopt;
    return status_answer(429, "TooManyRequests", "the disruption budget \"b\" is exhausted");
  };
  const auto answer = send("PUT", "/dcs/dc1");
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.body == R"([{"demo-cassandra-dc1-0":true},{"demo-cassandra-dc1-1":false}])");
  const std::string warning(http::find_header(answer.headers, "Warning"));
  BOOST_TEST(warning.starts_with("299 - \""), warning);
  BOOST_TEST(has_all(warning, {p1, "budget"}), warning);
  BOOST_TEST(cluster.data.contains(p0));
  BOOST_TEST(!cluster.data.contains(p1));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
