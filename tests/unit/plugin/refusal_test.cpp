#include "plugin/tunnel/refusal.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::testing;

namespace {

std::string status(int code, const std::string& message) {
  return R"({"kind":"Status","status":"Failure","code":)" + std::to_string(code) +
         R"(,"message":")" + message + "\"}";
}

struct Row {
  const char* name;
  int code;
  std::string body;
  ErrorKind kind;
  bool of_the_way;
  const char* says;
};

const std::vector<Row> rows{
    {"not logged in", 401, status(401, "Unauthorized"), ErrorKind::unauthorized, false,
     "Unauthorized"},
    {"not logged in, says a gateway", 401, "login", ErrorKind::unauthorized, false, "login"},
    {"role", 403, status(403, "cannot create pods/portforward"), ErrorKind::forbidden, false,
     "cannot create"},
    {"runtime", 403, "", ErrorKind::unreachable, true, "refuses the port-forward protocol"},
    {"gateway's own 403", 403, "<html>no websockets</html>", ErrorKind::unreachable, true,
     "does not pass tunnels on (it answered 403"},
    {"pod gone", 404, status(404, R"(pods \"agent-0\" not found)"), ErrorKind::unreachable, false,
     "agent pod agent-0 is gone; look for its successor with 'kubectl get pods -n ns -l "},
    {"node gone", 404, status(404, R"(pods \"node-1\" not found)"), ErrorKind::unreachable, false,
     "the node of agent pod agent-0 is gone"},
    {"path unknown to a gateway", 404, "404 page not found", ErrorKind::unreachable, true,
     "does not pass tunnels on"},
    {"unscheduled", 400, status(400, "pod agent-0 does not have a host assigned"),
     ErrorKind::unreachable, false, "does not have a host"},
    {"Upgrade header lost", 400, status(400, "Upgrade request required"), ErrorKind::unreachable,
     true, "does not pass tunnels on (it answered 400"},
    {"gateway answers 400", 400, "<html>Bad Request</html>", ErrorKind::unreachable, true,
     "does not pass tunnels on (it answered 400"},
    {"gateway answers 200", 200, "<html>", ErrorKind::unreachable, true, "(it answered 200"},
    {"gateway redirects", 302, "", ErrorKind::unreachable, true, "(it answered 302"},
    {"gateway wants HTTP/2", 426, "", ErrorKind::unreachable, true, "(it answered 426"},
    {"kubelet unreachable", 500, status(500, "error dialing backend: dial tcp: timeout"),
     ErrorKind::unreachable, true, "the API server cannot reach the node of agent pod agent-0"},
    {"kubelet's plain text", 502, "bad gateway", ErrorKind::unreachable, true, "HTTP 502: bad"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(refusal_test)

BOOST_AUTO_TEST_CASE(each_answer_to_an_upgrade_says_who_refused) {
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.name) {
      http::Response answer;
      answer.status = row.code;
      answer.body = row.body;
      const auto refusal =
          plugin::read_refusal(answer, plugin::AgentPod{"agent-0", "demo", "Running", true}, "ns");
      BOOST_TEST(refusal.why.kind == row.kind);
      BOOST_TEST(refusal.of_the_way == row.of_the_way);
      BOOST_TEST(contains(refusal.why.message(), row.says), refusal.why.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(other_peoples_control_characters_stay_out) {
  http::Response answer;
  answer.status = 502;
  answer.body = "\x1b[2Jgone\n";
  const auto refusal =
      plugin::read_refusal(answer, plugin::AgentPod{"a\x1b", "demo", "Running", true}, "ns");
  BOOST_TEST(!contains(refusal.why.message(), "\x1b"));
}

BOOST_AUTO_TEST_SUITE_END()
