#include "common/kube/status.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/check.h"
#include "tests/support/scripted_transport.h"

using maintenance::ErrorKind;
using maintenance::kube::check_status;
using maintenance::testing::Answer;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
using maintenance::testing::json_answer;
using maintenance::testing::status_answer;
using maintenance::testing::text_answer;
using maintenance::testing::transport_error;

namespace {

struct Row {
  std::string sentence;
  Answer answer;
  ErrorKind kind;
  std::string part_of_cause;
};

const std::vector<Row> failures{
    {"400 is our mistake", status_answer(400, "BadRequest", "no"), ErrorKind::invalid, "no"},
    {"401", status_answer(401, "Unauthorized", "who?"), ErrorKind::unauthorized, "who?"},
    {"403", status_answer(403, "Forbidden", "not you"), ErrorKind::forbidden, "not you"},
    {"404", status_answer(404, "NotFound", "gone"), ErrorKind::not_found, "gone"},
    {"409", status_answer(409, "Conflict", "changed"), ErrorKind::conflict, "changed"},
    {"422", status_answer(422, "Invalid", "bad field"), ErrorKind::invalid, "bad field"},
    {"a budget at its end", status_answer(429, "TooManyRequests", "disruption budget"),
     ErrorKind::too_many, "disruption budget"},
    {"500", status_answer(500, "InternalError", "etcd"), ErrorKind::server, "etcd"},
    {"503", status_answer(503, "ServiceUnavailable", "starting"), ErrorKind::server, "starting"},
    {"504", status_answer(504, "Timeout", "too slow"), ErrorKind::timeout, "too slow"},
    {"a code that means nothing to us", status_answer(418, "", "teapot"), ErrorKind::protocol,
     "teapot"},
    {"two budgets, as newer servers say it",
     status_answer(500, "InternalError",
                   "This pod has more than one PodDisruptionBudget, which the eviction "
                   "subresource does not support."),
     ErrorKind::too_many, "more than one"},
    {"two budgets, as older servers say it: a failure inside 201",
     status_answer(201, "InternalError", "This pod has more than one PodDisruptionBudget", 500),
     ErrorKind::too_many, "more than one"},
    {"any failure inside a success", status_answer(200, "Forbidden", "no", 403),
     ErrorKind::forbidden, "no"},
    {"the object's own code counts more than the line's", status_answer(500, "Conflict", "c", 409),
     ErrorKind::conflict, "c"},
    {"a failure without message", json_answer(403, R"({"kind":"Status","status":"Failure"})"),
     ErrorKind::forbidden, "HTTP 403"},
    {"a rate limit in plain text", text_answer(429, "Too many requests, please try again later."),
     ErrorKind::unreachable, "HTTP 429: Too many requests"},
    {"a gateway's page", text_answer(502, "<html>\x1b[2J</html>"), ErrorKind::server,
     "HTTP 502: <html>\\x1b[2J"},
    {"an empty failure", text_answer(403, ""), ErrorKind::forbidden, "HTTP 403"},
    {"a redirect", text_answer(302, ""), ErrorKind::protocol, "HTTP 302"},
    {"JSON that is no Status", json_answer(404, R"({"error":"no such page"})"),
     ErrorKind::not_found, "HTTP 404"},
    {"a transport that failed", transport_error(ErrorKind::unknown_outcome, "cut"),
     ErrorKind::unknown_outcome, "cut"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(status_test)

BOOST_AUTO_TEST_CASE(each_failure_has_its_kind_and_says_why) {
  for (const Row& row : failures) {
    BOOST_TEST_CONTEXT(row.sentence) {
      const auto failure = failure_of(check_status(row.answer, "evicting pod ns/name"));
      BOOST_TEST(failure.kind == row.kind);
      BOOST_TEST(failure.doing == "evicting pod ns/name");
      BOOST_TEST(contains(failure.cause, row.part_of_cause), failure.cause);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_success_passes_unchanged) {
  const std::vector<std::string> bodies{
      R"({"kind":"Pod"})",
      R"({"kind":"Status","status":"Success"})",
      "no JSON at all",
      "",
  };
  for (const std::string& body : bodies) {
    const auto answer = check_status(json_answer(200, body), "reading");
    REQUIRE_OK(answer);
    BOOST_TEST(answer->body == body);
  }
}

BOOST_AUTO_TEST_CASE(a_failures_text_is_printable_and_short) {
  const auto hostile = failure_of(
      check_status(status_answer(500, "x", "a\x1b]0;evil\x07\n" + std::string(100'000, 'b')), "d"));
  BOOST_TEST(!contains(hostile.message(), "\x1b"));
  BOOST_TEST(!contains(hostile.message(), "\n"));
  BOOST_TEST(hostile.message().size() < 2000U);
  const auto page = failure_of(check_status(text_answer(500, std::string(100'000, 'b')), "d"));
  BOOST_TEST(page.message().size() < 500U);
}

BOOST_AUTO_TEST_SUITE_END()
