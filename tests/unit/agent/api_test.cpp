// What is common to all paths: routes, methods, names, ids, defects.
#include "agent/server/api.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

std::string header(const agent::ApiResponse& response, const std::string& name) {
  return std::string(http::find_header(response.headers, name));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_test, AgentStage)

BOOST_AUTO_TEST_CASE(names_that_are_none_reach_no_server) {
  const std::vector<std::string> bad{
      "a%2fb",  "a%2Fb", "UPPER", "a_b",   "-a",      "a-",   "a..b",
      "%00",    "a%00b", "a%0ab", "a%0db", "..",      ".",    "%2e%2e",
      "a%5cb",  "a b",   "a%20b", "a%3fb", "a%23b",   "a%zz", "a%2",
      "%c3%a9", "%ff",   "a;b",   "a&b",   "a%252fb", "a:b",  std::string(300, 'a')};
  for (const std::string& prefix : {std::string("/pods/"), std::string("/v1/pods/"),
                                    std::string("/dcs/"), std::string("/v1/dcs/")}) {
    const bool is_dc = prefix.find("dcs") != std::string::npos;
    for (const std::string& name : bad) {
      // Labels may have upper case, underscores and inner dots.
      if (is_dc && (name == "UPPER" || name == "a_b" || name == "a..b")) continue;
      for (const char* method : {"GET", "PUT", "DELETE"}) {
        const auto answer = send(method, prefix + name);
        BOOST_TEST(answer.status == 400, method << " " << prefix << name << ": " << answer.body);
      }
    }
  }
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(paths_that_do_not_exist_are_told_what_there_is) {
  for (const char* path : {"/", "/pods", "/pods/a/b", "/nothing", "/v1", "/v1/nothing", "/Pods/a",
                           "/config/x", "/pods/a/b/c/d"}) {
    const std::string answer = ask("GET", path);
    BOOST_TEST(answer.starts_with("404 "), path << ": " << answer);
    BOOST_TEST(has_all(answer, {"/pods/{pod}", "/dcs/{dc}", "/config", "/v1/status",
                                "/v1/pods/{pod}", "/v1/dcs/{dc}", "/openapi.yaml"}),
               answer);
  }
  for (const char* path : {"", "pods/a", "http://host/pods/a", "/pods//", "//pods/a", "/pods/a/"})
    BOOST_TEST(ask("GET", path).starts_with("400 "), path);
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(other_methods_are_told_which_ones_there_are) {
  const std::vector<std::pair<const char*, const char*>> table{
      {"/pods/a", "GET, HEAD, PUT, DELETE, OPTIONS"},
      {"/dcs/a", "GET, HEAD, PUT, DELETE, OPTIONS"},
      {"/config", "GET, HEAD, PUT, OPTIONS"},
      {"/v1/status", "GET, HEAD, OPTIONS"},
      {"/v1/pods/a", "GET, HEAD, PUT, DELETE, OPTIONS"},
      {"/v1/dcs/a", "GET, HEAD, PUT, DELETE, OPTIONS"},
      {"/openapi.yaml", "GET, HEAD, OPTIONS"},
  };
  for (const auto& [path, allow] : table) {
    for (const char* method : {"POST", "PATCH", "TRACE", "get", "X"}) {
      const auto answer = send(method, path);
      BOOST_TEST(answer.status == 405, method << " " << path);
      BOOST_TEST(header(answer, "Allow") == allow);
    }
    const auto options = send("OPTIONS", path);
    BOOST_TEST(options.status == 204);
    BOOST_TEST(header(options, "Allow") == allow);
    BOOST_TEST(options.body.empty());
  }
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(head_is_a_get) {
  cluster.add_dc("dc1", 1);
  BOOST_TEST(send("HEAD", "/pods/" + pod_name("dc1", 0)).status == 200);
  BOOST_TEST(send("HEAD", "/pods/nobody").status == 404);
}

BOOST_AUTO_TEST_CASE(each_answer_has_an_id_that_is_in_the_log) {
  const auto first = send("GET", "/pods/nobody");
  const auto second = send("GET", "/nothing");
  const std::string id = header(first, "X-Request-Id");
  BOOST_TEST(id.size() == 16U);
  BOOST_TEST(id != header(second, "X-Request-Id"));
  BOOST_TEST(has_all(log_text(), {R"("event":"request")", R"("request":")" + id + "\"",
                                  R"("status":"404")", R"("caller":"127.0.0.1")"}),
             log_text());
}

BOOST_AUTO_TEST_CASE(no_request_forges_a_log_line) {
  (void)send("GET", "/pods/a%0a{\"event\":\"forged\"}");
  (void)send("P\nUT", "/pods/a\n{\"event\":\"forged\"}");
  (void)send("PUT", "/v1/pods/nobody", R"({"reason":"x\n{\"event\":\"forged\"}\u001b[2J"})");
  std::size_t lines = 0;
  for (const char c : log_text())
    lines += c == '\n' ? 1 : 0;
  BOOST_TEST(lines == 4U, log_text());  // three requests and one outcome
  BOOST_TEST(log_text().find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(requests_are_counted_without_the_callers_own_words) {
  (void)send("GET", "/nothing");
  (void)send("BREW", "/config");
  const std::string exposition = metrics.exposition();
  BOOST_TEST(
      has_all(exposition, {R"(maintenance_agent_requests_total{method="GET",status="404"} 1)",
                           R"(maintenance_agent_requests_total{method="other",status="405"} 1)",
                           "maintenance_agent_build_info{version="}),
      exposition);
  BOOST_TEST(exposition.find("BREW") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_request_has_one_deadline_however_many_calls_it_needs) {
  cluster.add_dc("dc1", 1);
  cluster.intercept = [this](const http::Request&) {
    clock.advance(std::chrono::seconds(4));
    return std::optional<Answer>();
  };
  const auto began = clock.steady_now();
  (void)send("PUT", "/pods/" + pod_name("dc1", 0));
  for (const Deadline deadline : cluster.transport().deadlines())
    BOOST_TEST((deadline <= began + agent::request_time_max));
}

BOOST_AUTO_TEST_CASE(a_defect_is_an_answer_and_a_log_line) {
  cluster.intercept = [](const http::Request&) -> std::optional<Answer> {
    throw std::runtime_error("a defect for the test");
  };
  const std::string answer = ask("GET", "/config");
  BOOST_TEST(answer.starts_with("500 "), answer);
  BOOST_TEST(answer.find("a defect for the test") == std::string::npos);
  BOOST_TEST(has_all(log_text(), {R"("event":"defect")", "a defect for the test"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
