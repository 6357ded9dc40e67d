#include <csignal>

#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"
#include "tests/e2e/typist.h"

namespace maintenance::e2e {
namespace {

struct ExitCodes {
  static constexpr const char* name = "exit-codes";
};

const std::string plugin = "kubectl maintenance ";

void put_back(const std::string& pod) {
  succeeds(plugin + "disable pod " + pod + " --yes");
  BOOST_TEST(is_ready(pod));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exit_codes_story, *boost::unit_test::fixture<OwnStage<ExitCodes>>())

BOOST_AUTO_TEST_CASE(code_0_done_or_already_so) {
  succeeds(plugin + "enable pod " + story_pod(0));
  says(succeeds(plugin + "enable pod " + story_pod(0)), "already in maintenance");
  put_back(story_pod(0));
  says(succeeds(plugin + "disable pod " + story_pod(0)), "not in maintenance");
}

BOOST_AUTO_TEST_CASE(code_1_error) {
  given("two Cassandra clusters whose agents share a namespace");
  when("none of them is named");
  const auto error = fails(1, plugin + "status -n " + Stage::ring_namespace);
  then("none is guessed");
  is_one_sentence_about(error, "demo, ordered; name one with --instance");
}

BOOST_AUTO_TEST_CASE(code_2_usage) {
  says(fails(2, plugin + "enable pod"), "See 'kubectl maintenance enable -h'");
}

BOOST_AUTO_TEST_CASE(code_3_refused) {
  const std::string pod = story_pod(0);
  given("the only datacenter of a cluster, and no terminal");
  const std::string uid = uid_of(pod);
  const auto refused = fails(3, plugin + "enable dc dc1 --yes");
  says(refused, "last-datacenter");
  is_untouched(pod, uid);
}

BOOST_AUTO_TEST_CASE(the_last_datacenter_asks_on_a_terminal_and_no_is_no) {
  const std::string pod = story_pod(0);
  const std::string uid = uid_of(pod);
  given("the only datacenter of a cluster, and a terminal");
  Typist person(plugin + "enable dc dc1; echo \"code $?\"");
  then("it is said what that means before anything happens");
  person.sees("Continue? [y/N]");
  person.types("n\r");
  const auto session = person.leaves();
  says(session, "last-datacenter");
  says(session, "All replicas of datacenter \"dc1\" will be restarted and held at once");
  says(session, "not confirmed; nothing was changed");
  says(session, "code 1");
  is_untouched(pod, uid);
}

BOOST_AUTO_TEST_CASE(code_4_not_found) {
  is_one_sentence_about(fails(4, plugin + "status pod nobody-0"), "nobody-0");
  fails(4, plugin + "enable dc dc9 --yes");
}

BOOST_AUTO_TEST_CASE(code_5_not_allowed) {
  says(fails(5, plugin + "status --as nobody"), "may not get pods, list pods");
}

BOOST_AUTO_TEST_CASE(code_6_unreachable) {
  is_one_sentence_about(fails(6, plugin + "status -n default"), "no maintenance agent was found");
  is_one_sentence_about(fails(6, plugin + "status -s https://127.0.0.1:1"), "connection refused");
}

BOOST_AUTO_TEST_CASE(code_7_timed_out) {
  const std::string pod = story_pod(0);
  const auto late = fails(7, plugin + "enable pod " + pod + " --timeout 500ms");
  says(late, "timed out after 500ms waiting for it to be held; it is entering: ");
  BOOST_TEST(record_of(pod).has_value());
  wait_until_held(pod);
  put_back(pod);
}

BOOST_AUTO_TEST_CASE(code_8_changed_by_someone_else) {
  const std::string pod = story_pod(0);
  given("terminal A, in which somebody waits until a pod is held");
  Background a({"kubectl-maintenance", "enable", "pod", pod});
  until("the wait", 20s, [&] { return a.err().find("entering") != std::string::npos; });
  when("somebody disables it in terminal B");
  succeeds(plugin + "disable pod " + pod + " --wait=false --yes");
  const auto waited = a.wait();
  then("A ends with 8 and says who");
  BOOST_TEST(waited.exit_code == 8, waited);
  says(waited,
       "pod/" + pod + ": it was taken out of maintenance by kubernetes-admin while we waited");
  wait_until_ready(pod);
}

BOOST_AUTO_TEST_CASE(code_9_some_failed) {
  const std::string pod = story_pod(0);
  const auto some = fails(9, plugin + "enable pod " + pod + " nobody-0");
  says(some, "pod/" + pod + " held");
  says(some, "pod/nobody-0");
  put_back(pod);
}

BOOST_AUTO_TEST_CASE(code_130_interrupted) {
  const std::string pod = story_pod(0);
  Background waiting({"kubectl-maintenance", "enable", "pod", pod});
  until("the wait", 20s, [&] { return waiting.err().find("entering") != std::string::npos; });
  waiting.signal(SIGINT);
  const auto interrupted = waiting.wait();
  BOOST_TEST(interrupted.exit_code == 130, interrupted);
  says(interrupted, "what was asked for goes on in the cluster");
  says(interrupted, "kubectl maintenance disable pod " + pod);
  wait_until_held(pod);
  put_back(pod);
}

BOOST_AUTO_TEST_CASE(progress_on_a_terminal) {
  const std::string pod = story_pod(0);
  given("a terminal of 60 columns");
  Typist person("stty columns 60; " + plugin + "enable pod " + pod + "; echo \"code $?\"");
  const auto session = person.leaves();
  then("one line is rewritten in place, and what is left is the result");
  says(session, "\r\033[K");
  says(session, "pod/" + pod + " entering: terminating (");
  says(session, "code 0");
  then("the progress has never had a line of its own");
  const auto first = session.out.find("pod/" + pod + " entering");
  const auto result = session.out.find("pod/" + pod + " held (since ");
  BOOST_REQUIRE(result != std::string::npos);
  BOOST_TEST(session.out.substr(first, result - first).find('\n') == std::string::npos, session);
  put_back(pod);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
