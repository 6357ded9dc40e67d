#include "plugin/commands/agent.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

struct Stage {
  ScriptedTransport transport;
  FakeClock clock;
  Agent agent{transport, clock, std::chrono::seconds(10)};

  [[nodiscard]] http::Request only_request() const {
    BOOST_REQUIRE(transport.requests().size() == 1U);
    return transport.requests().front();
  }
};

const Target pod_a{TargetKind::pod, "a"};

struct Problem {
  int status;
  ErrorKind on_read;
  ErrorKind on_write;
};
std::ostream& operator<<(std::ostream& out, const Problem& row) {
  return out << row.status;
}
const Problem problems[] = {
    {400, ErrorKind::invalid, ErrorKind::invalid},
    {401, ErrorKind::unauthorized, ErrorKind::unauthorized},
    {403, ErrorKind::forbidden, ErrorKind::forbidden},
    {409, ErrorKind::conflict, ErrorKind::conflict},
    {413, ErrorKind::invalid, ErrorKind::invalid},
    {422, ErrorKind::invalid, ErrorKind::invalid},
    {429, ErrorKind::too_many, ErrorKind::too_many},
    {500, ErrorKind::server, ErrorKind::server},
    {503, ErrorKind::server, ErrorKind::server},
    {504, ErrorKind::timeout, ErrorKind::unknown_outcome},
    {302, ErrorKind::protocol, ErrorKind::protocol},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_test, Stage)

BOOST_AUTO_TEST_CASE(enabling_sends_reason_and_name) {
  transport.then(pod_answer("a", State::entering, Wish::in, true));
  const auto changed = agent.enable({TargetKind::pod, "a"}, {"disk check", "jane"});
  REQUIRE_OK(changed);
  BOOST_REQUIRE(changed->pods.size() == 1U);
  const PodReport& report = changed->pods.front();
  BOOST_TEST(report.state == State::entering);
  BOOST_TEST((report.changed == true));
  const http::Request request = only_request();
  BOOST_TEST(request.method == "PUT");
  BOOST_TEST(request.target == "/v1/pods/a");
  BOOST_TEST(request.body == R"({"reason":"disk check","requestedBy":"jane"})");
  BOOST_TEST(http::find_header(request.headers, "Content-Type") == "application/json");
  BOOST_TEST((transport.deadlines().front() == clock.steady_now() + std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_left_out) {
  transport.then(pod_answer("a", State::entering, Wish::in, true));
  REQUIRE_OK(agent.enable(pod_a, {}));
  BOOST_TEST(only_request().body == "{}");
}

BOOST_AUTO_TEST_CASE(disabling_sends_no_body) {
  transport.then(pod_answer("a", State::leaving, Wish::out, true));
  REQUIRE_OK(agent.disable(pod_a));
  BOOST_TEST(only_request().method == "DELETE");
  BOOST_TEST(only_request().body == "");
}

BOOST_AUTO_TEST_CASE(names_are_encoded) {
  transport.then(dc_answer({}));
  REQUIRE_OK(agent.disable({TargetKind::dc, "dc 1/x"}));
  BOOST_TEST(only_request().target == "/v1/dcs/dc%201%2Fx");
}

BOOST_AUTO_TEST_CASE(a_datacenter_answers_with_its_pods) {
  transport.then(dc_answer({pod_report("a", State::entering, Wish::in, true),
                            pod_report("b", State::held, Wish::in, false)}));
  const auto changed = agent.enable({TargetKind::dc, "dc1"}, {"r", ""});
  REQUIRE_OK(changed);
  const auto* pods = &changed->pods;
  BOOST_REQUIRE(pods->size() == 2U);
  BOOST_TEST(pods->at(1).name == "b");
  BOOST_TEST((pods->at(1).changed == false));
}

BOOST_AUTO_TEST_CASE(a_dry_run_is_asked_for_where_it_cannot_be_taken_away_and_must_be_confirmed) {
  const std::string body = text::to_json(*report_to_json(pod_report("a", State::held, Wish::in)));
  const std::string confirmed = body.substr(0, body.size() - 1) + ",\"dryRun\":true}";
  transport.then(json_answer(200, confirmed)).then(json_answer(200, body));
  REQUIRE_OK(agent.enable(pod_a, {"r", ""}, Effect::dry_run));
  BOOST_TEST(transport.requests().back().target == "/v1/pods/a?dryRun=true");
  const Error failure = failure_of(agent.disable(pod_a, {}, Effect::dry_run));
  BOOST_TEST(failure.kind == ErrorKind::protocol);
  BOOST_TEST(contains(failure.message(), "does not say that this was a dry run"));
  BOOST_TEST(transport.requests().back().target == "/v1/pods/a?dryRun=true");
}

BOOST_AUTO_TEST_CASE(an_unknown_pod_is_a_value_for_a_read_and_an_error_for_a_write) {
  transport.then(problem_answer(404, "there is no pod a")).then(problem_answer(404, "no pod a"));
  const auto pod = agent.pod("a", agent.soon());
  REQUIRE_OK(pod);
  BOOST_TEST(!pod->has_value());
  const Error failure = failure_of(agent.disable(pod_a));
  BOOST_TEST(failure.kind == ErrorKind::not_found);
  BOOST_TEST(failure.message() == "no pod a");
}

BOOST_AUTO_TEST_CASE(a_server_without_our_paths_is_not_a_missing_pod) {
  transport.then(text_answer(404, "Cannot GET /v1/pods/a"));
  BOOST_TEST(kind_of(agent.pod("a", agent.soon())) == ErrorKind::protocol);
}

BOOST_DATA_TEST_CASE_F(Stage, problems_have_kinds, boost::unit_test::data::make(problems), row) {
  transport.then(problem_answer(row.status, "the detail"))
      .then(problem_answer(row.status, "the detail"));
  const Error on_read = failure_of(agent.status(agent.soon()));
  BOOST_TEST(on_read.kind == row.on_read);
  BOOST_TEST(on_read.message() == "the detail");
  BOOST_TEST(kind_of(agent.enable(pod_a, {})) == row.on_write);
}

BOOST_AUTO_TEST_CASE(a_refusal_shows_guard_blockers_and_remedy) {
  transport.then(json_answer(409, ordered_ready_refusal));
  const auto refused = agent.enable(pod_a, {});
  REQUIRE_OK(refused);
  BOOST_TEST(refused->pods.empty());
  BOOST_TEST(describe_refusal(refused->verdict) ==
             "refused by the policy\n"
             "  ordered-ready: StatefulSet ordered-cassandra-dc1 has podManagementPolicy "
             "OrderedReady\n"
             "    in the way: pod/a, pod/b\n"
             "    next: kubectl maintenance disable pod a");
}

BOOST_AUTO_TEST_CASE(other_peoples_text_cannot_drive_the_terminal) {
  transport.then(problem_answer(400, "\\u001b[2Jgone"))
      .then(text_answer(500, "\x1b]0;x\x07"))
      .then(json_answer(409, R"({"verdict":[{"guard":"x\u001b","kind":"hard","refuses":true,)"
                             R"("message":"m\u0007","blockers":["b\n"],"remedy":"r\r"}]})"));
  for (int i = 0; i < 3; ++i) {
    const auto changed = agent.disable(pod_a);
    const std::string message =
        changed ? describe_refusal(changed->verdict) : changed.error().message();
    BOOST_TEST(message.find_first_of("\x1b\x07\r") == std::string::npos, message);
  }
}

BOOST_AUTO_TEST_CASE(nonsense_is_a_protocol_error) {
  for (const char* body : {"", "[]", "{}", R"({"name":"a"})", R"({"name":"a","state":"odd"})"}) {
    transport.then(json_answer(200, body));
    BOOST_TEST(kind_of(agent.enable(pod_a, {})) == ErrorKind::protocol);
  }
}

BOOST_AUTO_TEST_CASE(status_keeps_what_it_does_not_know) {
  transport.then(json_answer(200, R"({"cluster":"demo","news":7,"pods":[]})"));
  const auto status = agent.status(agent.soon());
  REQUIRE_OK(status);
  BOOST_TEST(status->report.cluster == "demo");
  BOOST_TEST(text::JsonView(status->raw).number("news") == 7);
}

BOOST_AUTO_TEST_CASE(reads_never_last_past_what_is_left) {
  transport.then(status_report_answer({}));
  const Deadline soon = clock.steady_now() + std::chrono::seconds(1);
  REQUIRE_OK(agent.status(soon));
  BOOST_TEST((transport.deadlines().front() == soon));
}

BOOST_AUTO_TEST_SUITE_END()
