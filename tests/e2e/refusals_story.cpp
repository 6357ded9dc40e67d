#include "tests/e2e/forward.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Refusals {
  static constexpr const char* name = "refusals";
};

/// What manifests/stories/refusals adds to the story's own cluster.
const std::string foreign_pod = "other-cassandra-dc1-0";
const std::string gateless_pod = "story-cassandra-dc2-0";
const std::string bare_pod = "bare";

/// Plugin (by the guard's name) and curl (by the status) refuse the pod, which stays as it is.
void is_refused(const std::string& pod, const std::string& guard) {
  const std::string uid = uid_of(pod);
  when("pod " + pod + " is asked for by plugin and by curl");
  const auto refused = fails(3, "kubectl maintenance enable pod " + pod);
  says(refused, guard);
  says(refused, pod);
  BOOST_CHECK_EQUAL(refused.out, "");
  const Forward forward(agent_pod());
  says(curl_answers(forward, "-X PUT localhost:8889/pods/" + pod, 422).outcome, pod);
  then("it is refused by " + guard + ", and nothing has happened to the pod");
  is_untouched(pod, uid);
}

/// A budget that allows no disruption of dc1. Owned by a test case.
class StrictBudget {
 public:
  StrictBudget() {
    succeeds(
        "kubectl create poddisruptionbudget strict --min-available=100%"
        " --selector=cassandra-cluster-instance=story,cassandra-cluster-dc=dc1");
    until("the budget being counted", 20s, [] {
      return field("poddisruptionbudget/strict",
                   "{.status.currentHealthy}/{.status.disruptionsAllowed}") == "2/0";
    });
  }
  ~StrictBudget() { (void)testing::shell("kubectl delete poddisruptionbudget strict"); }
  StrictBudget(const StrictBudget&) = delete;
  StrictBudget& operator=(const StrictBudget&) = delete;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(refusals_story, *boost::unit_test::fixture<OwnStage<Refusals>>())

BOOST_AUTO_TEST_CASE(a_pod_of_another_cluster_is_refused) {
  given("a pod of another Cassandra cluster in the same namespace");
  is_refused(foreign_pod, "not-a-member");
}

BOOST_AUTO_TEST_CASE(a_pod_without_a_gate_is_refused) {
  given("a pod of the cluster whose StatefulSet has no init container maintenance-mode");
  is_refused(gateless_pod, "no-gate");
}

BOOST_AUTO_TEST_CASE(a_pod_that_no_stateful_set_owns_is_refused) {
  given("a pod with the cluster's labels that nobody would make anew");
  is_refused(bare_pod, "not-a-member");
}

BOOST_AUTO_TEST_CASE(a_budget_that_allows_no_disruption_is_obeyed_and_nothing_is_left) {
  const std::string pod = story_pod(0);
  given("a PodDisruptionBudget with no disruption allowed");
  const StrictBudget budget;
  const std::string uid = uid_of(pod);
  when("a pod is asked for by the plugin");
  const auto refused = fails(3, "kubectl maintenance enable pod " + pod);
  then("it is refused with the guard's name, the record is taken back, the pod untouched");
  says(refused, "disruption-budget");
  BOOST_CHECK_EQUAL(refused.out, "");
  is_untouched(pod, uid);
  when("it is asked for by curl");
  const Forward forward(agent_pod());
  curl_answers(forward, "-X PUT localhost:8889/pods/" + pod, 429);
  then("the same");
  is_untouched(pod, uid);
}

BOOST_AUTO_TEST_CASE(the_key_of_a_pod_that_is_gone_can_be_removed) {
  const std::string pod = story_pod(7);
  given("a record of a pod that does not exist any more");
  succeeds(std::string("kubectl patch configmap ") + story_config_map +
           " --type=merge -p '{\"data\":{\"" + pod + "\":\"true\"}}'");
  has_line(succeeds("kubectl maintenance status"), pod + " .*missing ");
  when("it is disabled");
  succeeds("kubectl maintenance disable pod " + pod);
  then("the record is gone");
  BOOST_CHECK(!record_of(pod));
}

BOOST_AUTO_TEST_CASE(a_pod_that_never_was_is_not_found) {
  when("a pod is asked for that no StatefulSet would make");
  for (const char* verb : {"enable", "status"}) {
    const auto refused = fails(4, std::string("kubectl maintenance ") + verb + " pod nobody-0");
    says(refused, "nobody-0");
    BOOST_CHECK_EQUAL(refused.out, "");
  }
  then("it is not found, and no record was made");
  BOOST_CHECK(!record_of("nobody-0"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
