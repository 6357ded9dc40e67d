#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct BusyGate {
  static constexpr const char* name = "busy-gate";
};

constexpr milliseconds work_time = 8000ms;
constexpr milliseconds work_limit = 30s;

/// Somebody's work in the held pod, a backup for example.
std::vector<std::string> work_in(const std::string& pod) {
  return {"kubectl",          "exec", pod,     "-c",
          "maintenance-mode", "--",   "sleep", std::to_string(work_time.count() / 1000)};
}

/// The gate of a pod that is released waits for the command that runs beside it.
void waits_for_a_command(const std::string& pod) {
  given("a held pod in whose gate container a command runs");
  succeeds("kubectl maintenance enable pod " + pod + " --reason 'busy gate story'");
  Background work(work_in(pod));
  until("the command running", 10s, [&] { return runs_in_gate(pod, "sleep"); });

  when("maintenance is disabled");
  succeeds("kubectl maintenance disable pod " + pod + " --wait=false");
  BOOST_REQUIRE(!record_of(pod));

  then("the gate's log says what it waits for");
  until("the gate's message", 10s, [&] {
    return gate_log(pod).find("released, but other processes still run in this container") !=
           std::string::npos;
  });
  BOOST_CHECK_NE(gate_log(pod).find("(sleep)"), std::string::npos);

  then("it lets Cassandra start only when the command has ended");
  until("the command's end", work_limit, [&] {
    // In this order: what was started while the command still ran is wrong.
    const bool started = !cassandra_field(pod, "state.running.startedAt").empty();
    const bool running = work.running();
    BOOST_REQUIRE_MESSAGE(!started || !running, "Cassandra was started beside a running command\n"
                                                    << gate_log(pod));
    return !running;
  });
  const Outcome worked = work.wait(work_limit);
  BOOST_REQUIRE_MESSAGE(worked.ok(), "the command was not left alone" << worked);
  wait_until_ready(pod);
  const std::string log = gate_log(pod);
  const auto waited = log_time(log, "ended:") - log_time(log, "released: ");
  measured("from the release to the gate's end", waited);
  BOOST_CHECK_GT(waited.count(), 1000);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(busy_gate_story, *boost::unit_test::fixture<OwnStage<BusyGate>>())

BOOST_AUTO_TEST_CASE(cassandra_does_not_start_while_somebody_still_works_in_the_gate_container) {
  waits_for_a_command(story_pod(0));
}

BOOST_AUTO_TEST_CASE(a_command_that_does_not_matter_can_be_ended) {
  const std::string pod = story_pod(1);
  given("a held pod whose gate is kept busy for an hour");
  succeeds("kubectl maintenance enable pod " + pod);
  Background work({"kubectl", "exec", pod, "-c", "maintenance-mode", "--", "sleep", "3600"});
  until("the command running", 10s, [&] { return runs_in_gate(pod, "sleep"); });
  const std::string uid = uid_of(pod);
  when("it is disabled with --force");
  const auto forced = succeeds("kubectl maintenance disable pod " + pod + " --force");
  then("another pod runs in its place, and the command has ended");
  says(forced, "pod/" + pod + " back to normal");
  BOOST_TEST(uid_of(pod) != uid);
  BOOST_TEST(is_ready(pod));
  BOOST_TEST(!work.wait(work_limit).ok());
}

BOOST_AUTO_TEST_CASE(nor_does_it_when_the_containers_of_the_pod_share_their_processes) {
  succeeds(std::string("kubectl patch statefulset ") + story_set +
           R"( -p '{"spec": {"template": {"spec": {"shareProcessNamespace": true}}}}')");
  succeeds(std::string("kubectl rollout status statefulset ") + story_set + " --timeout=60s", 70s);
  waits_for_a_command(story_pod(0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
