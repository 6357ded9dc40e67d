#include "plugin/commands/consent.h"

#include <boost/test/unit_test.hpp>

#include "plugin/commands/change.h"
#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

using Calls = std::vector<std::string>;

/// Somebody at a terminal who types what a test wants.
struct Stage : FakeSurroundings {
  ChangeOptions options;
  WishOptions wish;

  Stage() {
    options.targets.names = {"a"};
    options.wait = false;
    streams.terminal.input = true;
  }

  int enable() { return static_cast<int>(run_enable({options, wish}, around)); }
  int disable() { return static_cast<int>(run_disable({options}, around)); }
  void for_dc() { options.targets = {TargetKind::dc, {"dc1"}}; }
  void types(const std::string& line) { streams.in.str(line); }
  [[nodiscard]] Calls calls() const {
    Calls out;
    for (const auto& request : link.agent.requests())
      out.push_back(request.method + " " + request.target);
    return out;
  }
  [[nodiscard]] static Answer would(const PodReport& pod) {
    const std::string body = text::to_json(*report_to_json(pod));
    return json_answer(200, body.substr(0, body.size() - 1) + ",\"dryRun\":true}");
  }
};

const PodReport entering = pod_report("a", State::entering, Wish::in, true);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(consent_test, Stage)

BOOST_AUTO_TEST_CASE(a_datacenter_needs_consent) {
  for_dc();
  streams.terminal.input = false;
  BOOST_TEST(enable() == 2);
  BOOST_TEST(disable() == 2);
  BOOST_TEST(contains(err(),
                      "error: changing the whole datacenter \"dc1\" needs --yes where there is no "
                      "terminal to ask on\n"));
  BOOST_TEST(calls().empty());
}

BOOST_AUTO_TEST_CASE(whatever_is_no_yes_changes_nothing) {
  for (const char* answer : {"n\n", "", "\n", "yess\n", "Y es\n"}) {
    Stage stage;
    stage.for_dc();
    stage.types(answer);
    stage.link.agent.then(dc_answer({entering}, true));
    BOOST_TEST(stage.enable() == 1, answer);
    BOOST_TEST(contains(stage.err(),
                        "All replicas of datacenter \"dc1\" will be restarted and held at once. "
                        "Continue? [y/N]: "),
               stage.err());
    BOOST_TEST(contains(stage.err(), "error: not confirmed; nothing was changed\n"), stage.err());
    BOOST_TEST(stage.calls() == (Calls{"PUT /v1/dcs/dc1?dryRun=true"}));
  }
}

BOOST_AUTO_TEST_CASE(a_yes_overrides_exactly_what_was_shown) {
  types("y\n");
  wish.reason = "disk";
  link.agent.then(json_answer(409, replica_down_refusal)).then(pod_answer(entering));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(err() ==
             "Warning: pod/a: 2 of 3 replicas of dc1 would be out [replica-down]\n"
             "This overrides replica-down. Continue? [y/N]: ");
  BOOST_TEST(calls() == (Calls{"PUT /v1/pods/a?dryRun=true", "PUT /v1/pods/a"}));
  BOOST_TEST(link.agent.requests()[1].body ==
             R"({"override":[ "replica-down" ],"reason":"disk","requestedBy":"jane"})");
}

BOOST_AUTO_TEST_CASE(a_datacenter_and_its_guards_are_one_question) {
  for_dc();
  types("yes\n");
  link.agent.then(json_answer(409, replica_down_refusal)).then(dc_answer({entering}));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(contains(err(), "held at once. This overrides replica-down. Continue? [y/N]: "),
             err());
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_when_nothing_objects) {
  link.agent.then(would(entering)).then(pod_answer(entering));
  BOOST_TEST(enable() == 0);
  BOOST_TEST(err() == "");
}

BOOST_AUTO_TEST_CASE(nobody_is_asked_about_what_cannot_be_overridden) {
  link.agent.then(json_answer(409, ordered_ready_refusal))
      .then(json_answer(409, ordered_ready_refusal));
  BOOST_TEST(enable() == 3);
  BOOST_TEST(!contains(err(), "[y/N]"), err());
  for_dc();
  link.agent.then(json_answer(409, ordered_ready_refusal));
  BOOST_TEST(enable() == 3);
  // A datacenter is not tried again without having been asked about.
  BOOST_TEST(calls().back() == "PUT /v1/dcs/dc1?dryRun=true");
}

BOOST_AUTO_TEST_CASE(without_a_terminal_or_with_yes_guards_must_be_named) {
  for (const bool terminal : {false, true}) {
    Stage stage;
    stage.streams.terminal.input = terminal;
    stage.options.yes = terminal;
    stage.types("y\n");
    stage.link.agent.then(json_answer(409, replica_down_refusal));
    BOOST_TEST(stage.enable() == 3);
    BOOST_TEST(stage.calls() == (Calls{"PUT /v1/pods/a"}));
  }
}

BOOST_AUTO_TEST_CASE(somebody_elses_record_is_named) {
  PodReport theirs = pod_report("a", State::held, Wish::in);
  theirs.record->by = "joe\x1b";
  types("y\n");
  link.agent.then(pod_answer(theirs)).then(pod_answer("a", State::leaving, Wish::out, true));
  BOOST_TEST(disable() == 0);
  BOOST_TEST(err() ==
             "Warning: pod/a was put into maintenance by joe\\x1b (disk check)\n"
             "Continue? [y/N]: ");
  BOOST_TEST(calls() == (Calls{"GET /v1/pods/a", "DELETE /v1/pods/a"}));
}

BOOST_AUTO_TEST_CASE(without_a_terminal_somebody_elses_record_needs_yes) {
  PodReport theirs = pod_report("a", State::held, Wish::in);
  theirs.record->by = "joe";
  streams.terminal.input = false;
  link.agent.then(pod_answer(theirs));
  BOOST_TEST(disable() == 2);
  BOOST_TEST(err() ==
             "error: pod/a was put into maintenance by joe (disk check); add --yes to end it\n");
  options.yes = true;
  link.agent.then(pod_answer("a", State::leaving, Wish::out, true));
  BOOST_TEST(disable() == 0);
  BOOST_TEST(calls() == (Calls{"GET /v1/pods/a", "DELETE /v1/pods/a"}));
}

BOOST_AUTO_TEST_CASE(ones_own_record_and_one_without_a_name_are_ended_at_once) {
  PodReport nobodys = pod_report("a", State::held, Wish::in);
  nobodys.record->by = "";
  for (const PodReport& pod : {pod_report("a", State::held, Wish::in), nobodys,
                               pod_report("a", State::normal, Wish::out)}) {
    Stage stage;
    stage.link.agent.then(pod_answer(pod)).then(pod_answer("a", State::leaving, Wish::out, true));
    BOOST_TEST(stage.disable() == 0);
    BOOST_TEST(stage.err() == "");
  }
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_gone_can_be_disabled) {
  link.agent.then(problem_answer(404, "no pod a"))
      .then(pod_answer("a", State::missing, Wish::out, true));
  BOOST_TEST(disable() == 0);
}

BOOST_AUTO_TEST_CASE(a_datacenter_names_the_records_of_others) {
  for_dc();
  PodReport theirs = pod_report("b", State::held, Wish::in);
  theirs.record->by = "joe";
  types("n\n");
  link.agent.then(status_report_answer({pod_report("a", State::held, Wish::in), theirs}));
  BOOST_TEST(disable() == 1);
  BOOST_TEST(contains(err(),
                      "Warning: pod/b was put into maintenance by joe (disk check)\n"
                      "All replicas of datacenter \"dc1\" will leave maintenance. Continue? "),
             err());
  BOOST_TEST(calls() == (Calls{"GET /v1/status"}));
}

BOOST_AUTO_TEST_SUITE_END()
