#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Frozen {
  static constexpr const char* name = "frozen";
};

void edit_by_hand(const std::string& what, int exit_code, const std::string& words = {}) {
  const std::string patch = std::string("kubectl patch configmap ") + story_config_map +
                            " --type=merge -p '" + what + "'";
  if (exit_code == 0) {
    succeeds(patch);
  } else {
    says(fails(exit_code, patch), words);
  }
}

std::string keys() {
  return field(std::string("configmap/") + story_config_map, "{.data}");
}

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

BOOST_AUTO_TEST_CASE(a_hand_edit_that_the_agent_would_refuse_is_refused) {
  const std::string one = story_pod(0);
  const std::string two = story_pod(1);
  given("an OrderedReady set, which the agent has noted at the ConfigMap");
  until("the note", 20s, [] {
    return field(std::string("configmap/") + story_config_map,
                 "{.metadata.annotations.cassandra-maintenance/ordered-ready}") == story_set;
  });
  until("the policy being in force", 30s, [&] {
    return testing::shell(std::string("kubectl patch configmap ") + story_config_map +
                          " --dry-run=server --type=merge -p '{\"data\":{\"" + one +
                          "\":\"true\",\"" + two + "\":\"true\"}}'")
               .err.find("one pod of the cluster") != std::string::npos;
  });
  succeeds("kubectl maintenance enable pod " + one);

  when("somebody writes a second pod into the ConfigMap");
  edit_by_hand(R"({"data":{")" + two + R"(":"true"}})", 1,
               "kubectl maintenance disable pod " + one + " -n frozen-story");
  edit_by_hand(R"({"data":{")" + two + R"(":"true","another-key":"","note":"x"}})", 1, "one pod");
  then("nothing has changed");
  BOOST_CHECK(keys().find(two) == std::string::npos);
  BOOST_CHECK(is_held(one));
  BOOST_CHECK(is_ready(two));

  when("the note itself is taken away in the same edit");
  edit_by_hand(R"({"metadata":{"annotations":null},"data":{")" + two + R"(":"true"}})", 1,
               "one pod");
  when("the first pod is taken out by hand, and nothing else");
  edit_by_hand(R"({"data":{")" + one + R"(":null}})", 0);
  then("it is let through");
  until("the pod Ready", 100s, [&] { return is_ready(one); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
