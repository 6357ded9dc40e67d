#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct ShellGate {
  static constexpr const char* name = "shell-gate";
};

}  // namespace

BOOST_AUTO_TEST_SUITE(shell_gate_story, *boost::unit_test::fixture<OwnStage<ShellGate>>())

BOOST_AUTO_TEST_CASE(a_shell_loop_as_gate_is_held_and_released_too) {
  const std::string pod = story_pod(0);
  given("a StatefulSet whose init container maintenance-mode is a shell loop");
  const std::string uid = uid_of(pod);
  BOOST_REQUIRE_NE(field("pod/" + pod, "{.spec.initContainers[*].command}").find("while"),
                   std::string::npos);

  when("maintenance is enabled");
  const auto enable = succeeds("kubectl maintenance enable pod " + pod + " --reason 'old gate'");
  measured("enable", enable.took);
  then("the new pod is held by the loop");
  BOOST_CHECK(is_held(pod));
  BOOST_CHECK_NE(uid_of(pod), uid);
  has_line(succeeds("kubectl maintenance status"), pod + " .*held .*old gate");

  when("maintenance is disabled");
  const std::string held_uid = uid_of(pod);
  const auto disable = succeeds("kubectl maintenance disable pod " + pod);
  measured("disable", disable.took);
  then("the loop ends and Cassandra starts in the same pod");
  BOOST_CHECK(is_ready(pod));
  BOOST_CHECK_EQUAL(uid_of(pod), held_uid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
