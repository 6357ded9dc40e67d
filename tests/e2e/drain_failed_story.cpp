#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct DrainFailed {
  static constexpr const char* name = "drain-failed";
};

/// The agent looks for the kubelet's Event when it sees the pod held.
constexpr milliseconds noticed_limit = 20s;

std::string warnings_of(const std::string& pod) {
  return trimmed(
      succeeds("kubectl maintenance status pod " + pod + " -o json | jq -r '.pods[].warnings[]'")
          .out);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(drain_failed_story, *boost::unit_test::fixture<OwnStage<DrainFailed>>())

BOOST_AUTO_TEST_CASE(a_drain_that_failed_is_said_in_the_status_and_at_the_pod) {
  const std::string pod = story_pod(0);
  given("a pod whose preStop hook fails");
  when("maintenance is enabled for it");
  succeeds("kubectl maintenance enable pod " + pod + " --reason 'a failing drain'");
  BOOST_REQUIRE(is_held(pod));

  then("the status says that the drain failed");
  until("the warning", noticed_limit,
        [&] { return warnings_of(pod).find("drain failed") != std::string::npos; });
  then("and so does the pod itself, beside what was done to it");
  const auto described = [&] { return succeeds("kubectl describe pod " + pod).out; };
  until("the events", noticed_limit, [&] {
    const std::string text = described();
    return text.find("MaintenanceHeld") != std::string::npos &&
           text.find("MaintenanceDrainFailed") != std::string::npos;
  });
  says(succeeds("kubectl get events --field-selector reason=MaintenanceEntering"),
       "a failing drain");

  when("maintenance is disabled");
  succeeds("kubectl maintenance disable pod " + pod);
  BOOST_CHECK(is_ready(pod));
  then("the warning is gone, and the pod tells that it is back");
  BOOST_CHECK_EQUAL(warnings_of(pod), "");
  until("the event", noticed_limit,
        [&] { return described().find("MaintenanceBack") != std::string::npos; });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
