#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Frozen {
  static constexpr const char* name = "frozen";
};

}  // namespace

BOOST_AUTO_TEST_SUITE(frozen_story, *boost::unit_test::fixture<OwnStage<Frozen>>())

BOOST_AUTO_TEST_CASE(what_crashes_above_a_held_pod_comes_back_when_that_is_released) {
  const std::string held = story_pod(0);
  const std::string crashing = story_pod(2);
  given("ordinal 0 of an OrderedReady set in maintenance");
  succeeds("kubectl maintenance enable pod " + held);

  when("Cassandra crashes in ordinal 2");
  succeeds("kubectl exec " + crashing + " -c cassandra -- kill -TERM 1");
  then("the kubelet starts it again in its place");
  until("the restart", 40s, [&] {
    const std::string restarts = cassandra_field(crashing, "restartCount");
    return !restarts.empty() && restarts != "0" && is_ready(crashing);
  });

  when("the whole pod is lost");
  succeeds("kubectl delete pod " + crashing + " --grace-period=0 --force 2>&1");
  then("the controller counts it as gone and makes none in its place");
  until("the set counting two pods", 20s,
        [] { return field(std::string("statefulset/") + story_set, "{.status.replicas}") == "2"; });
  BOOST_CHECK_EQUAL(uid_of(crashing), "");
  BOOST_CHECK(is_held(held));
  then("status shows that it is missing, and for whom it waits");
  const auto status = succeeds("kubectl maintenance status 2>&1");
  has_line(status, crashing + " .*starting .*no pod");
  says(status, "OrderedReady");

  when("ordinal 0 is released");
  succeeds("kubectl maintenance disable pod " + held);
  then("ordinal 2 comes back");
  measured("ordinal 2 Ready", until("ordinal 2", 40s, [&] { return is_ready(crashing); }));
  BOOST_CHECK(is_ready(held));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
