#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Protected {
  static constexpr const char* name = "protected";
};

const std::string pod = story_pod(1);
const std::string way_out = "kubectl maintenance disable pod " + pod + " -n protected-story";

/// `kubectl drain` looks into all namespaces.
const std::string only_this = "story=protected,statefulset.kubernetes.io/pod-name=" + pod;

/// The API server needs a moment to put a new policy into force.
void is_in_force() {
  until("the policy being in force", 30s, [] {
    return testing::shell("kubectl delete pod " + pod + " --dry-run=server").err.find(way_out) !=
           std::string::npos;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(protected_story, *boost::unit_test::fixture<OwnStage<Protected>>())

BOOST_AUTO_TEST_CASE(a_held_pod_is_neither_evicted_nor_deleted) {
  given("a held pod, which the agent was allowed to evict");
  succeeds("kubectl maintenance enable pod " + pod);
  const std::string uid = uid_of(pod);
  is_in_force();

  when("kubectl drain wants to evict it");
  const auto drained = fails(1, "kubectl drain " + node() + " --pod-selector=" + only_this +
                                    " --delete-emptydir-data --timeout=5s");
  succeeds("kubectl uncordon " + node());
  then("it is told the way out");
  says(drained, "is in maintenance");
  says(drained, way_out);

  when("it is deleted, alone or with all others");
  says(fails(1, "kubectl delete pod " + pod), way_out);
  says(fails(1, "kubectl delete pod " + pod + " --grace-period=0 --force"), way_out);
  says(fails(1, "kubectl delete --raw '/api/v1/namespaces/protected-story/pods?labelSelector=" +
                    only_this + "'"),
       way_out);
  then("it is the pod that it was");
  BOOST_CHECK_EQUAL(uid_of(pod), uid);
  BOOST_CHECK(is_held(pod));
}

BOOST_AUTO_TEST_CASE(who_has_to_may_still_end_it) {
  given("a held pod");
  succeeds("kubectl maintenance enable pod " + pod);
  std::string uid = uid_of(pod);
  is_in_force();
  when("its set is scaled down");
  succeeds(std::string("kubectl scale statefulset ") + story_set + " --replicas=1");
  then("the controller and the kubelet remove it");
  until("the pod gone", 40s, [] { return uid_of(pod).empty(); });
  succeeds(std::string("kubectl scale statefulset ") + story_set + " --replicas=2");
  wait_until_held(pod);

  when("its gate is busy and the agent is told to force it");
  uid = uid_of(pod);
  const Background work({"kubectl", "exec", pod, "-c", "maintenance-mode", "--", "sleep", "3600"});
  until("the command running", 10s, [] { return runs_in_gate(pod, "sleep"); });
  succeeds("kubectl maintenance disable pod " + pod + " --force");
  then("another pod runs in its place");
  BOOST_CHECK_NE(uid_of(pod), uid);
  BOOST_CHECK(is_ready(pod));
}

BOOST_AUTO_TEST_CASE(a_pod_that_runs_normally_is_not_protected) {
  given("a pod that is not in maintenance");
  wait_until_ready(pod);
  const std::string uid = uid_of(pod);
  when("it is deleted");
  succeeds("kubectl delete pod " + pod);
  then("it is replaced");
  until("its successor", 40s, [&] { return uid_of(pod) != uid && is_ready(pod); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
