// Whatever else happens in the cluster: docs/operations.md tells the outcomes to its readers.
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Whatever {
  static constexpr const char* name = "whatever";
};

/// The kubelet writes a changed ConfigMap into the volumes of its pods every 60 to 90 seconds.
constexpr milliseconds kubelet_sync_limit = 150s;

const std::string set = std::string("statefulset/") + story_set;

/// All replicas are back, whatever the test case before did to them.
void all_are_ready() {
  for (int ordinal = 0; ordinal < 3; ++ordinal)
    wait_until_ready(story_pod(ordinal));
}

std::string hold(int ordinal) {
  all_are_ready();
  const std::string pod = story_pod(ordinal);
  given("a held pod");
  succeeds("kubectl maintenance enable pod " + pod + " --reason 'whatever story'");
  return pod;
}

void release(const std::string& pod) {
  succeeds("kubectl maintenance disable pod " + pod);
  BOOST_CHECK(is_ready(pod));
}

bool agent_is_there() {
  return field("deployment/maintenance-agent", "{.status.readyReplicas}") == "1";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(whatever_story, *boost::unit_test::fixture<OwnStage<Whatever>>())

BOOST_AUTO_TEST_CASE(a_held_pod_stays_held_when_its_node_fails_and_comes_back) {
  const std::string pod = hold(1);
  const std::string uid = uid_of(pod);
  const std::string gate = gate_field(pod, "containerID");
  when("everything on the node is killed and started again");
  succeeds("tests/cluster/cluster.sh reboot --name " + test_cluster());
  then("another gate holds the same pod, and Cassandra never ran in it");
  until("another gate", 90s, [&] {
    const std::string now = gate_field(pod, "containerID");
    return is_held(pod) && !now.empty() && now != gate;
  });
  BOOST_CHECK_EQUAL(uid_of(pod), uid);
  BOOST_CHECK_EQUAL(cassandra_field(pod, "lastState.terminated.startedAt"), "");
  BOOST_CHECK_EQUAL(cassandra_field(pod, "restartCount"), "0");
  then("it is let through as ever, once the agent is back");
  until("the agent", 90s, agent_is_there);
  wait_until_ready(story_pod(0), 90s);
  release(pod);
}

BOOST_AUTO_TEST_CASE(a_held_pod_stays_held_when_the_config_map_is_deleted) {
  const std::string pod = hold(0);
  when("somebody deletes the ConfigMap, and the kubelet looks for it");
  succeeds(std::string("kubectl delete configmap ") + story_config_map);
  succeeds("kubectl annotate pod " + pod + " look-again=yes");
  until("the kubelet missing it", kubelet_sync_limit, [&] {
    return testing::shell(
               "kubectl get events --field-selector reason=FailedMount,"
               "involvedObject.name=" +
               pod + " -o name")
               .out != "";
  });
  then("the pod is held as before, and the agent says what to do");
  BOOST_CHECK(is_held(pod));
  const auto status = fails(1, "kubectl maintenance status");
  says(status, std::string("kubectl create configmap ") + story_config_map);

  when("the pod is made anew meanwhile");
  succeeds("kubectl delete pod " + pod);
  until("the new pod", 20s, [&] { return !uid_of(pod).empty(); });
  then("it waits for the ConfigMap");
  until("the kubelet missing it", 60s, [&] {
    return testing::shell("kubectl describe pod " + pod).out.find("FailedMount") !=
           std::string::npos;
  });
  BOOST_CHECK_EQUAL(cassandra_field(pod, "state.running.startedAt"), "");

  when("the ConfigMap is made anew with the pod's name in it");
  succeeds(std::string("kubectl create configmap ") + story_config_map + " --from-literal=" + pod +
           "=true");
  then("the pod is held again");
  wait_until_held(pod, kubelet_sync_limit);
  release(pod);
}

BOOST_AUTO_TEST_CASE(a_held_ordinal_that_is_scaled_away_is_held_when_it_comes_back) {
  const std::string pod = hold(2);
  when("the set is scaled down");
  succeeds("kubectl scale " + set + " --replicas=2");
  until("the pod gone", 40s, [&] { return uid_of(pod).empty(); });
  then("status says that it is missing");
  until("status", 20s, [&] {
    return testing::shell("kubectl maintenance status pod " + pod).out.find("missing") !=
           std::string::npos;
  });
  when("the set is scaled up");
  succeeds("kubectl scale " + set + " --replicas=3");
  then("the pod is held");
  wait_until_held(pod);
  BOOST_CHECK_EQUAL(cassandra_field(pod, "state.running.startedAt"), "");
  release(pod);
}

BOOST_AUTO_TEST_CASE(a_rollout_stops_at_the_held_pod_and_ends_when_that_is_released) {
  const std::string pod = hold(1);
  const std::string uid = uid_of(pod);
  const std::string above = uid_of(story_pod(2));
  const std::string below = uid_of(story_pod(0));
  when("the set is rolled out anew");
  succeeds("kubectl rollout restart " + set);
  then("the pods above are replaced, and the held one, which is held again");
  until("the held pod's successor", 60s, [&] { return uid_of(pod) != uid && is_held(pod); });
  wait_until_ready(story_pod(2));
  BOOST_CHECK_NE(uid_of(story_pod(2)), above);
  then("the pods below are left alone");
  BOOST_CHECK_EQUAL(uid_of(story_pod(0)), below);
  BOOST_CHECK(is_ready(story_pod(0)));
  then("nobody else may be taken out meanwhile");
  says(fails(3, "kubectl maintenance enable pod " + story_pod(0) + " --yes"), "rollout");
  when("it is released");
  release(pod);
  then("the rollout ends");
  succeeds("kubectl rollout status " + set + " --timeout=60s", 70s);
  BOOST_CHECK_NE(uid_of(story_pod(0)), below);
}

BOOST_AUTO_TEST_CASE(without_an_agent_kubectl_patch_alone_releases_a_pod) {
  const std::string pod = hold(0);
  when("the agent is gone");
  succeeds("kubectl scale deployment maintenance-agent --replicas=0");
  until("no agent", 40s,
        [] { return pod_with("app.kubernetes.io/name=maintenance-agent").empty(); });
  then("the pod stays held");
  BOOST_CHECK(is_held(pod));
  when("disable is tried all the same");
  const auto refused = fails(6, "kubectl maintenance disable pod " + pod);
  then("it names a command that does without the agent");
  const auto at = refused.err.find("kubectl patch configmap ");
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, refused.err);
  when("that is typed");
  succeeds(refused.err.substr(at));
  then("the pod goes on as soon as the kubelet has looked");
  measured("release without an agent",
           until("the pod going on", kubelet_sync_limit, [&] { return is_ready(pod); }));
  succeeds("kubectl scale deployment maintenance-agent --replicas=1");
  until("the agent", 40s, agent_is_there);
  says(succeeds("kubectl maintenance status pod " + pod), "normal");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
