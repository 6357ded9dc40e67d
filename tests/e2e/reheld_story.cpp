#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Reheld {
  static constexpr const char* name = "reheld";
};

/// The pod's grace period is 30 s; a gate that is deaf to SIGTERM would need all of it.
constexpr milliseconds deletion_limit = 3000ms;

/// Whatever happens in between, the node takes pods again.
class Uncordon {
 public:
  explicit Uncordon(std::string name) : node_(std::move(name)) {}
  ~Uncordon() { (void)testing::shell("kubectl uncordon " + node_); }
  Uncordon(const Uncordon&) = delete;
  Uncordon& operator=(const Uncordon&) = delete;

 private:
  std::string node_;
};

/// A successor of the pod `uid` is held, its gate says so, and Cassandra never ran in it.
void is_held_again(const std::string& pod, const std::string& uid) {
  wait_until_held(pod);
  BOOST_REQUIRE_NE(uid_of(pod), uid);
  BOOST_CHECK_NE(gate_log(pod).find("holding: the pod is in maintenance"), std::string::npos);
  BOOST_CHECK_EQUAL(cassandra_field(pod, "state.running.startedAt"), "");
  has_line(succeeds("kubectl maintenance status"), pod + " .*held ");
}

/// `kubectl drain` for this story's pods only: the node has many others.
std::string drain(const std::string& how) {
  return "kubectl drain " + node() +
         " --pod-selector=story=reheld --delete-emptydir-data"
         " --timeout=30s " +
         how;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reheld_story, *boost::unit_test::fixture<OwnStage<Reheld>>())

BOOST_AUTO_TEST_CASE(a_held_pod_that_is_deleted_from_outside_is_held_again) {
  const std::string pod = story_pod(0);
  given("a held pod");
  succeeds("kubectl maintenance enable pod " + pod + " --reason 'reheld story'");
  const std::string uid = uid_of(pod);

  when("somebody deletes it");
  const auto deletion = succeeds("kubectl delete pod " + pod);
  measured("deletion of a held pod", deletion.took);
  then("it goes at once, although its grace period is 30 s");
  BOOST_CHECK_EQUAL(field("pod/" + pod, "{.spec.terminationGracePeriodSeconds}"), "30");
  BOOST_CHECK_LT(deletion.took.count(), deletion_limit.count());
  then("and its successor is held");
  is_held_again(pod, uid);
}

BOOST_AUTO_TEST_CASE(a_dry_run_of_kubectl_drain_changes_nothing) {
  const std::string pod = story_pod(0);
  given("a held pod");
  succeeds("kubectl maintenance enable pod " + pod + " --reason 'reheld story'");
  const std::string uid = uid_of(pod);
  const auto record = record_of(pod);
  when("kubectl drain is tried with --dry-run=server");
  const auto tried = succeeds(drain("--dry-run=server"));
  says(tried, pod);
  then("nothing has changed");
  BOOST_CHECK_EQUAL(uid_of(pod), uid);
  BOOST_CHECK(is_held(pod));
  BOOST_CHECK(record_of(pod) == record);
  BOOST_CHECK_EQUAL(field("node/" + node(), "{.spec.unschedulable}"), "");
}

BOOST_AUTO_TEST_CASE(a_held_pod_that_kubectl_drain_evicts_is_held_again) {
  const std::string pod = story_pod(0);
  given("a held pod");
  succeeds("kubectl maintenance enable pod " + pod + " --reason 'reheld story'");
  const std::string uid = uid_of(pod);
  when("kubectl drain evicts it");
  {
    const Uncordon afterwards(node());
    measured("kubectl drain", succeeds(drain("")).took);
    then("status says entering while no node takes the new pod");
    until("the new pod", 10s, [&] { return !uid_of(pod).empty() && uid_of(pod) != uid; });
    has_line(succeeds("kubectl maintenance status"), pod + " .*entering ");
  }
  then("and as soon as a node takes it, it is held again");
  is_held_again(pod, uid);
  succeeds("kubectl maintenance disable pod " + pod);
  BOOST_CHECK(is_ready(pod));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
