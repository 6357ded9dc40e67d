#include "plugin/tunnel/pod_proxy.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/tunnel_server.h"

using namespace maintenance;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

std::string status(int code, const std::string& message) {
  return R"({"kind":"Status","status":"Failure","code":)" + std::to_string(code) +
         R"(,"message":")" + message + "\"}";
}

/// An API server whose pod proxy gives this answer, on every connection.
Script serving(int code, const std::string& body, const std::string& type = "application/json") {
  const step::Reply reply{[=](const std::string& request) {
    if (!contains(request, "/proxy/")) return kept_answer(200, agent_list());
    return http_answer(code, body, type, "Connection: keep-alive\r\n");
  }};
  return {reply, reply, reply, reply, step::Hold{}};
}

std::string all_received(TunnelStage& stage) {
  std::string all;
  for (std::size_t i = 0; i < stage.server.connections(); ++i)
    all += stage.server.received(i);
  return all;
}

struct Row {
  const char* name;
  int code;
  std::string body;
  std::string type;
  ErrorKind read_kind;
  ErrorKind write_kind;
  const char* says;
};

const std::vector<Row> rows{
    {"nothing listens", 503,
     status(503, "error trying to reach service: dial tcp 10.0.0.9:8889: connect: refused"),
     "application/json", ErrorKind::unreachable, ErrorKind::unreachable,
     "the API server cannot connect to agent pod agent-0: error trying to reach service: dial tcp"},
    {"cut after it was sent", 502, status(502, "error trying to reach service: EOF"),
     "application/json", ErrorKind::unreachable, ErrorKind::unknown_outcome,
     "no answer of agent pod agent-0 came through the pod proxy: error trying"},
    {"a gateway's page", 504, "<html>timeout</html>", "text/html", ErrorKind::unreachable,
     ErrorKind::unknown_outcome, "HTTP 504"},
    {"a gateway's login page", 200, "<html>who are you</html>", "text/html", ErrorKind::unreachable,
     ErrorKind::unknown_outcome, "no answer of agent pod agent-0"},
    {"pod gone", 404, status(404, "pods not found"), "application/json", ErrorKind::unreachable,
     ErrorKind::unreachable, "agent pod agent-0 is gone"},
    {"not logged in", 401, status(401, "Unauthorized"), "application/json", ErrorKind::unauthorized,
     ErrorKind::unauthorized, "you must be logged in"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pod_proxy_test)

BOOST_AUTO_TEST_CASE(a_request_is_an_ordinary_one_for_the_pods_proxy) {
  TunnelStage stage({}, serving(200, "{\"a\":1}"), plugin::Way::proxy);
  const auto answer = stage.send(put_pod);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->body == "{\"a\":1}");
  const std::string all = all_received(stage);
  BOOST_TEST(contains(all,
                      "PUT /api/v1/namespaces/cassandra/pods/http:agent-0:8889/proxy/v1/pods/a "
                      "HTTP/1.1\r\n"),
             all);
  BOOST_TEST(contains(all, "\r\n\r\n{\"reason\":\"r\"}"));
  BOOST_TEST(!contains(all, "portforward"));
}

BOOST_AUTO_TEST_CASE(the_agents_own_refusals_come_through) {
  const std::string problem = R"({"title":"refused","status":403})";
  TunnelStage stage({}, serving(403, problem, "application/problem+json"), plugin::Way::proxy);
  const auto answer = stage.send(put_pod);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 403);
  BOOST_TEST(answer->body == problem);
}

BOOST_AUTO_TEST_CASE(what_is_not_the_agents_answer_is_told_from_it) {
  for (const Row& row : rows) {
    for (const http::Request& request : {get_status, put_pod}) {
      BOOST_TEST_CONTEXT(row.name << ", " << request.method) {
        TunnelStage stage({}, serving(row.code, row.body, row.type), plugin::Way::proxy);
        const Error failure = failure_of(stage.send(request));
        BOOST_TEST(failure.kind ==
                   (http::is_read(request.method) ? row.read_kind : row.write_kind));
        BOOST_TEST(contains(failure.message(), row.says), failure.message());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_write_in_doubt_is_not_sent_again) {
  TunnelStage stage({}, serving(502, status(502, "error trying to reach service: EOF")),
                    plugin::Way::proxy);
  BOOST_TEST(kind_of(stage.send(put_pod)) == ErrorKind::unknown_outcome);
  const std::string all = all_received(stage);
  BOOST_TEST(all.find("PUT ") == all.rfind("PUT "));
}

BOOST_AUTO_TEST_SUITE_END()
