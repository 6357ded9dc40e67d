#include "tests/e2e/forward.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

/// The promise: from DELETE to the gate's end. By the kubelet's own refresh it is up to 90 s.
constexpr milliseconds promised = 2000ms;
constexpr int rounds = 5;

struct Release {
  static constexpr const char* name = "release";
};

/// Takes the pod in, and out again by `line`: from the moment before `line` runs to the moment that
/// the gate itself logs as its end.
milliseconds released_by(const std::string& line) {
  const std::string pod = story_pod(0);
  succeeds("kubectl maintenance enable pod " + pod + " --reason 'release story'");
  BOOST_REQUIRE(is_held(pod));
  const WallTime asked = wall_now();
  succeeds(line);
  wait_until_ready(pod);
  const std::string log = gate_log(pod);
  const WallTime ended = log_time(log, "ended: the pod goes on to its next container");
  BOOST_REQUIRE_MESSAGE(ended >= asked, "the gate had ended before it was asked to\n" << log);
  return ended - asked;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(release_story, *boost::unit_test::fixture<OwnStage<Release>>())

BOOST_AUTO_TEST_CASE(from_delete_to_the_end_of_the_gate_it_takes_less_than_two_seconds) {
  given("a pod that is held, each time anew");
  const Forward forward(agent_pod());
  when("it is released by curl and by the plugin, in turn");
  for (int round = 1; round <= rounds; ++round) {
    const bool by_curl = round % 2 == 1;
    const auto time = released_by(
        by_curl ? "curl -sSf -X DELETE localhost:" + forward.port() + "/pods/" + story_pod(0)
                : "kubectl maintenance disable pod " + story_pod(0) + " --wait=false");
    measured("round " + std::to_string(round) + (by_curl ? ", curl" : ", plugin"), time);
    BOOST_CHECK_LT(time.count(), promised.count());
  }
  then("the gate has ended in less than two seconds, every time");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
