#include <csignal>
#include <string>

#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"
#include "tests/e2e/typist.h"

namespace maintenance::e2e {
namespace {

struct RunStory {
  static constexpr const char* name = "run";
};

const std::string data_folder = "/var/lib/cassandra";

/// How a story begins: a replica, and the command up to the two dashes.
std::string run_in(const std::string& pod, const std::string& flags = {}) {
  return "kubectl maintenance run pod " + pod + (flags.empty() ? "" : " " + flags) + " -- ";
}

/// The pod is as it was: it runs, and nothing is on record.
void is_put_back(const std::string& pod) {
  BOOST_TEST(!record_of(pod).has_value());
  wait_until_ready(pod);
}

/// Largest resident set of a program that `time` has watched, in KiB.
long memory_kib(const Outcome& outcome) {
  const std::string mark = "memory_kib=";
  const auto at = outcome.err.rfind(mark);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, outcome);
  return std::stol(outcome.err.substr(at + mark.size()));
}

std::string first_word(const Outcome& outcome) {
  return outcome.out.substr(0, outcome.out.find(' '));
}

/// A kubeconfig that leads through a proxy of this story.
class OwnProxy {
 public:
  OwnProxy() {
    until("the proxy", 10s, [&] { return process_.out().find('\n') != std::string::npos; });
    const std::string url =
        "http://127.0.0.1:" + process_.out().substr(0, process_.out().find('\n'));
    file_ =
        folder_.write("kubeconfig", succeeds("kubectl config view --minify --raw --flatten").out);
    succeeds("kubectl --kubeconfig=" + file_ +
             " config set clusters.$(kubectl config view "
             "--minify -o jsonpath='{.clusters[0].name}').proxy-url " +
             url);
  }
  [[nodiscard]] std::string env() const { return "KUBECONFIG=" + file_ + " "; }
  void end() { process_.stop(); }

 private:
  testing::TempFolder folder_;
  std::string file_;
  Background process_{{MAINTENANCE_E2E_DIR "/connect_proxy.py"}};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(run_story, *boost::unit_test::fixture<OwnStage<RunStory>>())

BOOST_AUTO_TEST_CASE(a_backup_is_whole_and_the_replica_runs_again) {
  const std::string pod = story_pod(0);
  const testing::TempFolder folder;
  given("a replica with 256 MB of data");
  succeeds("kubectl maintenance enable pod " + pod);
  succeeds("kubectl exec " + pod + " -c maintenance-mode -- sh -c 'mkdir " + data_folder +
           "/data; head -c 268435456 /dev/urandom >" + data_folder + "/data/big'");
  const std::string tar = "tar -C " + data_folder + " -cf - data";
  when("it is packed by `run` through a pipe");
  const auto packed = succeeds("/usr/bin/time -f memory_kib=%M kubectl-maintenance run pod " + pod +
                               " -- " + tar + " >" + folder.file("backup.tar"));
  measured("256 MB through `run`", packed.took);
  then("every byte is there, and the plugin has held a few of them at a time");
  const auto here = succeeds("tar -xOf " + folder.file("backup.tar") + " data/big | sha256sum");
  const auto there = succeeds("kubectl exec " + pod + " -c maintenance-mode -- sha256sum " +
                              data_folder + "/data/big");
  BOOST_TEST(first_word(here) == first_word(there));
  BOOST_TEST(memory_kib(packed) < 20 * 1024);
  then("a pod that was in maintenance before stays so");
  says(packed, "is in maintenance already, and stays so");
  BOOST_TEST(is_held(pod));
  succeeds("kubectl maintenance disable pod " + pod);
}

BOOST_AUTO_TEST_CASE(the_exit_code_is_the_commands_and_the_pod_is_put_back) {
  const std::string pod = story_pod(1);
  given("a replica that runs");
  when("a command fails in it");
  const auto failed =
      fails(42, run_in(pod, "--reason looking") + "sh -c 'echo data; echo complaint >&2; exit 42'");
  then("its output, its complaint and its exit code come through, and nothing else on stdout");
  BOOST_TEST(failed.out == "data\n");
  says(failed, "complaint\n");
  says(failed, "pod/" + pod + " back to normal");
  BOOST_TEST(is_ready(pod));
  is_put_back(pod);
  when("there is no such command");
  says(fails(1, run_in(pod) + "no-such-program"), "the command did not run");
  is_put_back(pod);
}

BOOST_AUTO_TEST_CASE(a_backup_can_be_put_back) {
  const std::string pod = story_pod(1);
  given("16 MB in a file");
  const testing::TempFolder folder;
  succeeds("head -c 16777216 /dev/urandom >" + folder.file("data"));
  when("they are piped into a command of the pod");
  const auto there = succeeds(run_in(pod, "-i") + "sha256sum <" + folder.file("data"));
  then("it gets every one of them, and their end");
  BOOST_TEST(first_word(there) == first_word(succeeds("sha256sum <" + folder.file("data"))));
  is_put_back(pod);
}

BOOST_AUTO_TEST_CASE(a_shell_on_a_terminal) {
  const std::string pod = story_pod(1);
  given("a terminal of 30 lines of 100 columns, and somebody in front of it");
  Typist person("stty rows 30 columns 100; " + run_in(pod, "-it") +
                "sh; echo \"code $?\"; stty -a");
  person.sees("$ ");
  when("they type into a shell of the pod");
  person.types("stty size; tty; exit 5\r");
  const auto session = person.leaves();
  then("the shell has a terminal of the same size, its exit code comes through");
  has_line(session, "30 100\\s*");
  has_line(session, "/dev/pts/.*");
  has_line(session, "code 5\\s*");
  then("and our own terminal is as before");
  BOOST_TEST(session.out.find(" icanon") != std::string::npos, session);
  BOOST_TEST(session.out.find(" echo ") != std::string::npos, session);
  is_put_back(pod);
}

BOOST_AUTO_TEST_CASE(signals_put_the_pod_back) {
  const std::string pod = story_pod(1);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    given("a command that runs for a while");
    Background work(
        {"kubectl-maintenance", "run", "pod", pod, "--", "sh", "-c", "echo begun; sleep 3"});
    until("the command running", 40s, [&] { return work.out() == "begun\n"; });
    when("signal " + std::to_string(signal) + " comes");
    work.signal(signal);
    const auto outcome = work.wait(60s);
    then("the pod is put back, and the exit code says 130");
    BOOST_TEST(outcome.exit_code == 130, outcome);
    says(outcome, "interrupted");
    says(outcome, "back to normal");
    BOOST_TEST(is_ready(pod));
    is_put_back(pod);
  }
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_said_with_the_next_command) {
  const std::string pod = story_pod(1);
  given("a command that runs through a proxy");
  OwnProxy proxy;
  Background work(testing::bash(proxy.env() + "exec kubectl-maintenance run pod " + pod +
                                " -- sh -c 'echo begun; sleep 30'"));
  until("the command running", 40s, [&] { return work.out() == "begun\n"; });
  when("the proxy is gone for good");
  proxy.end();
  const auto outcome = work.wait(90s);
  then("the plugin says that it could not put the pod back, and what to type");
  BOOST_TEST(outcome.exit_code == 6, outcome);
  says(outcome, "the connection to the command was lost");
  says(outcome, "may still run");
  says(outcome, "it was not put back");
  const std::string hint = "kubectl maintenance disable pod " + pod;
  says(outcome, hint);
  BOOST_TEST(record_of(pod).has_value());
  succeeds(hint);
  is_put_back(pod);
}

BOOST_AUTO_TEST_CASE(who_may_not_run_anything_changes_nothing) {
  const std::string pod = story_pod(1);
  const std::string uid = uid_of(pod);
  given("somebody who may only reach the agent");
  succeeds("kubectl create serviceaccount onlooker");
  const std::string ns = field("pod/" + pod, "{.metadata.namespace}");
  const std::string as = "--as system:serviceaccount:" + ns + ":onlooker";
  const auto first = fails(5, "kubectl maintenance status " + as);
  succeeds(first.err.substr(first.err.find("kubectl apply")));
  when("that user runs a command");
  const auto refused = fails(5, run_in(pod, as) + "true");
  then("the missing permission is named before anything is changed");
  says(refused, "may not get pods/exec, create pods/exec");
  is_untouched(pod, uid);
  then("and the text that grants it does");
  succeeds(refused.err.substr(refused.err.find("kubectl apply")));
  succeeds(run_in(pod, as) + "true");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
