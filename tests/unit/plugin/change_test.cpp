#include "plugin/commands/change.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

struct Stage : FakeSurroundings {
  ChangeOptions options;

  /// Nothing is asked unless a test wants it.
  Stage() {
    options.targets.names = {"a"};
    options.yes = true;
  }

  int enable(const std::string& reason = "") {
    return static_cast<int>(run_enable({options, {reason}}, around));
  }
  int disable() { return static_cast<int>(run_disable({options}, around)); }
  void for_dc() { options.targets = {TargetKind::dc, {"dc1"}}; }
  /// "GET /v1/pods/a" and so on.
  [[nodiscard]] std::vector<std::string> calls() const {
    std::vector<std::string> out;
    for (const auto& request : link.agent.requests())
      out.push_back(request.method + " " + request.target);
    return out;
  }
};

using Calls = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(change_test, Stage)

BOOST_AUTO_TEST_CASE(enable_waits_until_the_pod_is_held) {
  link.agent.then(pod_answer("a", State::entering, Wish::in, true))
      .then(pod_answer("a", State::entering, Wish::in))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable("disk check") == 0);
  BOOST_TEST(out() == "pod/a held (since 2025-12-31T23:30:00Z)\n");
  BOOST_TEST(err() == "pod/a entering: terminating\n");
  BOOST_TEST(calls() == (Calls{"PUT /v1/pods/a", "GET /v1/pods/a", "GET /v1/pods/a"}));
  BOOST_TEST(link.agent.requests()[0].body == R"({"reason":"disk check","requestedBy":"jane"})");
  BOOST_TEST(interrupts.armed());
}

BOOST_AUTO_TEST_CASE(disable_waits_until_cassandra_is_ready) {
  link.agent.then(pod_answer("a", State::leaving, Wish::out, true))
      .then(pod_answer("a", State::leaving, Wish::out))
      .then(pod_answer("a", State::starting, Wish::out))
      .then(pod_answer("a", State::normal, Wish::out));
  BOOST_TEST(disable() == 0);
  BOOST_TEST(out() == "pod/a back to normal\n");
  BOOST_TEST(err() == "pod/a leaving: pending\npod/a starting: pending\n");
  BOOST_TEST(link.agent.requests()[0].body == R"({"requestedBy":"jane"})");
}

BOOST_AUTO_TEST_CASE(already_so_is_said_and_was_read_again) {
  link.agent.then(pod_answer("a", State::held, Wish::in, false))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(out() == "pod/a already in maintenance (held since 2025-12-31T23:30:00Z)\n");
  BOOST_TEST((clock.sleeps() == std::vector<std::chrono::milliseconds>{0ms}));
}

BOOST_AUTO_TEST_CASE(already_out_is_said) {
  link.agent.then(pod_answer("a", State::normal, Wish::out, false))
      .then(pod_answer("a", State::normal, Wish::out));
  BOOST_TEST(disable() == 0);
  BOOST_TEST(out() == "pod/a not in maintenance\n");
}

BOOST_AUTO_TEST_CASE(already_wished_but_not_there_yet_is_waited_for) {
  link.agent.then(pod_answer("a", State::entering, Wish::in, false))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(out() == "pod/a held (since 2025-12-31T23:30:00Z)\n");
}

BOOST_AUTO_TEST_CASE(a_record_of_the_old_kind_has_no_time) {
  PodReport held = pod_report("a", State::held, Wish::in, false);
  held.record = Record{};
  link.agent.then(pod_answer(held)).then(pod_answer(held));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(out() == "pod/a already in maintenance (held)\n");
}

BOOST_AUTO_TEST_CASE(without_waiting_it_says_where_the_pod_is) {
  options.wait = false;
  link.agent.then(pod_answer("a", State::entering, Wish::in, true));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(out() == "pod/a entering\n");
  BOOST_TEST(calls() == Calls{"PUT /v1/pods/a"});
}

BOOST_AUTO_TEST_CASE(disabling_a_pod_that_is_gone_ends) {
  link.agent.then(pod_answer("a", State::starting, Wish::out, true))
      .then(problem_answer(404, "no such pod"));
  BOOST_TEST(disable() == 0);
  BOOST_TEST(out() == "pod/a not in maintenance (there is no such pod now)\n");
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_reverted_ends_with_8) {
  link.agent.then(pod_answer("a", State::entering, Wish::in, true))
      .then(pod_answer("a", State::starting, Wish::out));
  BOOST_TEST(enable() == 8);
  BOOST_TEST(out() == "");
  BOOST_TEST(contains(err(),
                      "error: pod/a: it was taken out of maintenance by someone else while "
                      "we waited; see 'kubectl maintenance status pod a'\n"),
             err());
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_reverted_names_who_where_the_agent_knows) {
  PodReport released = pod_report("a", State::starting, Wish::out);
  released.released_by = "tom";
  link.agent.then(pod_answer("a", State::entering, Wish::in, true)).then(pod_answer(released));
  BOOST_TEST(enable() == 8);
  BOOST_TEST(contains(err(), "it was taken out of maintenance by tom while we waited"), err());
}

BOOST_AUTO_TEST_CASE(a_wait_to_run_that_is_reverted_names_who) {
  link.agent.then(pod_answer("a", State::leaving, Wish::out, true))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(disable() == 8);
  BOOST_TEST(contains(err(), "it was put into maintenance by jane while we waited"), err());
}

BOOST_AUTO_TEST_CASE(a_wait_is_bounded_and_says_where_the_pod_is) {
  options.timeout = 30s;
  options.connection.overrides.namespace_name = "cassandra";
  options.connection.overrides.token = "hunter2";
  link.agent.handle_with([](const http::Request& request) {
    return pod_answer("a", State::entering, Wish::in,
                      request.method == "PUT" ? std::optional<bool>(true) : std::nullopt);
  });
  BOOST_TEST(enable() == 7);
  BOOST_TEST(out() == "");
  BOOST_TEST(contains(err(),
                      "error: pod/a: timed out after 30s waiting for it to be held; it is "
                      "entering: terminating; see 'kubectl maintenance status pod a -n "
                      "cassandra'\n"),
             err());
  BOOST_TEST(!contains(err(), "hunter2"));
  std::chrono::milliseconds slept{0};
  for (const auto duration : clock.sleeps()) {
    BOOST_TEST((duration <= 1s));
    slept += duration;
  }
  BOOST_TEST((slept == 30s));
  BOOST_TEST((clock.sleeps().front() == 100ms));
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_replaced_meanwhile_is_tolerated) {
  link.agent.then(pod_answer("a", State::entering, Wish::in, true));
  for (int i = 0; i < 9; ++i)
    link.agent.then(transport_error(i % 2 == 0 ? ErrorKind::unreachable : ErrorKind::server, "x"));
  link.agent.then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(link.agent.unused() == 0U);
}

BOOST_AUTO_TEST_CASE(an_agent_that_stays_away_ends_the_wait) {
  link.agent.then(pod_answer("a", State::entering, Wish::in, true));
  link.agent.handle_with(
      [](const http::Request&) { return transport_error(ErrorKind::unreachable, "no route"); });
  BOOST_TEST(enable() == 6);
  BOOST_TEST(calls().size() == 11U);
  BOOST_TEST(contains(err(),
                      "the wish is recorded, but whether it came true cannot be seen: "
                      "sending: no route; see 'kubectl maintenance status pod a'"),
             err());
}

BOOST_AUTO_TEST_CASE(lost_permissions_end_the_wait_at_once) {
  link.agent.then(pod_answer("a", State::entering, Wish::in, true))
      .then(transport_error(ErrorKind::unauthorized, "expired"));
  BOOST_TEST(enable() == 5);
  BOOST_TEST(calls().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_3_and_names_everything) {
  link.agent.then(json_answer(409, ordered_ready_refusal));
  BOOST_TEST(enable() == 3);
  BOOST_TEST(out() == "");
  BOOST_TEST(err() ==
             "error: pod/a: refused by the policy\n"
             "  ordered-ready: StatefulSet ordered-cassandra-dc1 has podManagementPolicy "
             "OrderedReady\n"
             "    in the way: pod/a, pod/b\n"
             "    next: kubectl maintenance disable pod a\n");
}

BOOST_AUTO_TEST_CASE(an_unknown_pod_is_4) {
  link.agent.then(problem_answer(404, "there is no pod a"));
  BOOST_TEST(enable() == 4);
  BOOST_TEST(err() == "error: pod/a: there is no pod a\n");
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_looked_up_before_anything_is_said) {
  link.agent.then(transport_error(ErrorKind::unknown_outcome, "cut"))
      .then(pod_answer("a", State::entering, Wish::in))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(calls() == (Calls{"PUT /v1/pods/a", "GET /v1/pods/a", "GET /v1/pods/a"}));
  BOOST_TEST(out() == "pod/a held (since 2025-12-31T23:30:00Z)\n");
}

BOOST_AUTO_TEST_CASE(a_lost_answer_without_effect_is_no_success) {
  link.agent.then(transport_error(ErrorKind::unknown_outcome, "cut"))
      .then(pod_answer("a", State::normal, Wish::out));
  BOOST_TEST(enable() == 1);
  BOOST_TEST(out() == "");
  BOOST_TEST(contains(err(), "error: pod/a: it is not known whether the wish was recorded: "),
             err());
}

BOOST_AUTO_TEST_CASE(a_failing_target_does_not_stop_the_others) {
  options.targets.names = {"a", "b", "c"};
  link.agent.then(pod_answer("a", State::entering, Wish::in, true))
      .then(problem_answer(404, "there is no pod b"))
      .then(pod_answer("c", State::entering, Wish::in, true))
      .then(status_report_answer(
          {pod_report("a", State::entering, Wish::in), pod_report("c", State::held, Wish::in)}))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 9);
  BOOST_TEST(out() ==
             "pod/c held (since 2025-12-31T23:30:00Z)\n"
             "pod/a held (since 2025-12-31T23:30:00Z)\n");
  BOOST_TEST(contains(err(), "error: pod/b: there is no pod b\n"), err());
  // Several pods are one question.
  BOOST_TEST(calls()[3] == "GET /v1/status");
  BOOST_TEST(calls()[4] == "GET /v1/pods/a");
}

BOOST_AUTO_TEST_CASE(targets_that_fail_alike_keep_their_code) {
  options.targets.names = {"a", "b"};
  link.agent.then(problem_answer(404, "x")).then(problem_answer(404, "y"));
  BOOST_TEST(disable() == 4);
}

BOOST_AUTO_TEST_CASE(without_an_agent_nothing_is_sent) {
  options.targets.names = {"a", "b"};
  link.found = Error{ErrorKind::unreachable, "", "no maintenance agent was found"};
  BOOST_TEST(enable() == 6);
  BOOST_TEST(err() == "error: no maintenance agent was found\n");
  BOOST_TEST(calls().empty());
  BOOST_TEST(!interrupts.armed());
}

BOOST_AUTO_TEST_CASE(without_an_agent_a_held_pod_has_a_way_out_all_the_same) {
  options.targets.names = {"a"};
  link.by_hand["a"] = "kubectl patch a";
  link.found = Error{ErrorKind::unreachable, "", "no maintenance agent was found"};
  BOOST_TEST(disable() == 6);
  BOOST_TEST(err() == "error: no maintenance agent was found; without an agent: kubectl patch a\n");
}

BOOST_AUTO_TEST_CASE(the_way_out_is_for_those_who_want_out_and_need_it) {
  options.targets.names = {"a"};
  link.by_hand["a"] = "kubectl patch a";
  link.found = Error{ErrorKind::unreachable, "", "no maintenance agent was found"};
  BOOST_TEST(enable() == 6);
  link.found = Error{ErrorKind::forbidden, "", "you may not"};
  BOOST_TEST(disable() == 5);
  BOOST_TEST(!contains(err(), "kubectl patch"), err());
}

BOOST_AUTO_TEST_CASE(an_agent_that_does_not_answer_is_as_good_as_none) {
  options.targets.names = {"a"};
  link.by_hand["a"] = "kubectl patch a";
  link.agent.then(transport_error(ErrorKind::unreachable, "nothing listens"));
  BOOST_TEST(disable() == 6);
  BOOST_TEST(contains(err(), "nothing listens; without an agent: kubectl patch a\n"), err());
}

BOOST_AUTO_TEST_CASE(ctrl_c_says_what_goes_on) {
  interrupts.raise_after(3);
  link.agent.handle_with(
      [](const http::Request&) { return pod_answer("a", State::entering, Wish::in); });
  options.connection.overrides.context = "dev";
  BOOST_TEST(enable() == 130);
  BOOST_TEST(out() == "");
  BOOST_TEST(contains(err(),
                      "error: interrupted; what was asked for goes on in the cluster: see "
                      "'kubectl maintenance status pod a --context dev', take it back with "
                      "'kubectl maintenance disable pod a --context dev'\n"),
             err());
}

BOOST_AUTO_TEST_CASE(ctrl_c_during_the_write_stops_the_other_targets) {
  options.targets.names = {"a", "b"};
  link.agent.handle_with([this](const http::Request&) {
    interrupts.raise();
    return transport_error(ErrorKind::unknown_outcome, "cut");
  });
  BOOST_TEST(enable() == 130);
  BOOST_TEST(calls() == Calls{"PUT /v1/pods/a"});
  BOOST_TEST(contains(err(), "status pod a'"), err());
}

BOOST_AUTO_TEST_CASE(warnings_go_to_stderr) {
  PodReport report = pod_report("a", State::held, Wish::in, false);
  report.warnings = {"no preStop hook\x1b"};
  link.agent.then(pod_answer(report)).then(pod_answer(report));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(contains(err(), "Warning: pod/a: no preStop hook\\x1b\n"), err());
}

BOOST_AUTO_TEST_CASE(names_for_scripts) {
  options.format = Format::name;
  link.agent.then(pod_answer("a", State::entering, Wish::in, true))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(out() == "pod/a\n");
  BOOST_TEST(err() == "");
}

BOOST_AUTO_TEST_CASE(json_for_scripts) {
  options.format = Format::json;
  options.targets.names = {"a", "b"};
  link.agent.then(pod_answer("a", State::entering, Wish::in, true))
      .then(problem_answer(404, "no"))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 9);
  const auto parsed = text::parse_json_object(out(), "reading the output");
  REQUIRE_OK(parsed);
  const text::JsonView view(*parsed);
  BOOST_REQUIRE(view.objects("pods").size() == 1U);
  BOOST_TEST(view.objects("pods")[0].text("state") == "held");
  BOOST_REQUIRE(view.objects("failed").size() == 1U);
  BOOST_TEST(view.objects("failed")[0].text("name") == "pod/b");
  BOOST_TEST(view.objects("failed")[0].number("exitCode") == 4);
  BOOST_TEST(err() == "error: pod/b: no\n");
}

BOOST_AUTO_TEST_CASE(a_terminal_gets_one_live_line) {
  streams.terminal.live = true;
  link.agent.then(pod_answer("a", State::entering, Wish::in, true))
      .then(pod_answer("a", State::entering, Wish::in))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(contains(err(), "\rpod/a entering: terminating (0s)\033[K"), err());
  BOOST_TEST(!contains(err(), "\n"));
  BOOST_TEST(err().substr(err().size() - 4) == "\r\033[K");  // nothing is left on the line
}

BOOST_AUTO_TEST_CASE(a_datacenter_is_changed_as_one_and_waited_for) {
  for_dc();
  link.agent
      .then(dc_answer({pod_report("a", State::entering, Wish::in, true),
                       pod_report("b", State::entering, Wish::in, true)}))
      .then(status_report_answer(
          {pod_report("a", State::held, Wish::in), pod_report("b", State::held, Wish::in)}));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(out() ==
             "pod/a held (since 2025-12-31T23:30:00Z)\n"
             "pod/b held (since 2025-12-31T23:30:00Z)\n");
  BOOST_TEST(calls() == (Calls{"PUT /v1/dcs/dc1", "GET /v1/status"}));
}

BOOST_AUTO_TEST_CASE(what_guards_say_without_refusing_is_a_warning) {
  const std::string pod = text::to_json(*report_to_json(pod_report("a", State::held, Wish::in)));
  const std::string said = pod.substr(0, pod.size() - 1) +
                           R"(,"verdict":[{"guard":"no-drain","kind":"warning","refuses":false,)"
                           R"("message":"no preStop\u001b","blockers":[],"remedy":""}]})";
  link.agent.then(json_answer(200, said));
  options.wait = false;
  BOOST_TEST(enable() == 0);
  BOOST_TEST(contains(err(), "Warning: pod/a: no preStop\\x1b [no-drain]\n"), err());
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_what_would_be_and_asks_nobody) {
  for_dc();
  options.yes = false;
  options.dry_run = true;
  link.agent.then(dc_answer({pod_report("a", State::normal, Wish::out, true),
                             pod_report("b", State::held, Wish::in, false)},
                            true));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(out() ==
             "pod/a would be put into maintenance (server dry run)\n"
             "pod/b already in maintenance (server dry run)\n");
  BOOST_TEST(calls() == (Calls{"PUT /v1/dcs/dc1?dryRun=true"}));
  BOOST_TEST(!interrupts.armed());
}

BOOST_AUTO_TEST_CASE(a_dry_run_is_refused_like_the_real_thing) {
  options.dry_run = true;
  options.targets.names = {"a", "b"};
  options.format = Format::json;
  const std::string pod =
      text::to_json(*report_to_json(pod_report("b", State::held, Wish::in, true)));
  link.agent.then(json_answer(409, ordered_ready_refusal))
      .then(json_answer(200, pod.substr(0, pod.size() - 1) + ",\"dryRun\":true}"));
  BOOST_TEST(disable() == 9);
  BOOST_TEST(contains(err(), "error: pod/a: refused by the policy\n"), err());
  BOOST_TEST(contains(out(), "\"dryRun\": true"), out());
  BOOST_TEST(calls() == (Calls{"DELETE /v1/pods/a?dryRun=true", "DELETE /v1/pods/b?dryRun=true"}));
}

BOOST_AUTO_TEST_CASE(a_pod_that_the_agent_could_not_change_is_a_failure) {
  for_dc();
  options.yes = true;
  PodReport broken = pod_report("b", State::normal, Wish::out, false);
  broken.error = "evicting pod cassandra/b: timed out";
  link.agent.then(dc_answer({pod_report("a", State::entering, Wish::in, true), broken}))
      .then(pod_answer("a", State::held, Wish::in));
  BOOST_TEST(enable() == 9);
  BOOST_TEST(contains(err(), "error: pod/b: evicting pod cassandra/b: timed out\n"), err());
}

BOOST_AUTO_TEST_CASE(a_refused_datacenter_is_3) {
  for_dc();
  options.yes = true;
  link.agent.then(json_answer(409, ordered_ready_refusal));
  BOOST_TEST(enable() == 3);
  BOOST_TEST(contains(err(), "error: dc/dc1: refused by the policy\n"), err());
}

BOOST_AUTO_TEST_SUITE_END()
