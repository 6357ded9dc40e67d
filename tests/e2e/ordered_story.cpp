#include "tests/e2e/forward.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

constexpr const char* map = "ordered-maintenance-configmap";
constexpr const char* set = "ordered-cassandra-dc1";
const std::string first = std::string(set) + "-0";
const std::string second = std::string(set) + "-1";

/// The refusal names the guard, the policy, the StatefulSet and the pod in the way.
void names_everything(const std::string& text) {
  for (const std::string& word :
       {std::string("ordered-ready"), std::string("OrderedReady"), std::string(set), second})
    BOOST_CHECK_MESSAGE(text.find(word) != std::string::npos, word << " is not in: " << text);
}

std::string prober() {
  return pod_with("cassandra-cluster-component=prober,cassandra-cluster-instance=ordered");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ordered_story, *boost::unit_test::fixture<RingStage>())

BOOST_AUTO_TEST_CASE(of_an_ordered_ready_cluster_one_pod_may_be_held_and_no_second_one) {
  given("a cluster with podManagementPolicy OrderedReady, of which one pod is held");
  BOOST_REQUIRE_EQUAL(field(std::string("statefulset/") + set, "{.spec.podManagementPolicy}"),
                      "OrderedReady");
  const std::string uid = uid_of(first);
  succeeds("kubectl maintenance enable pod " + second + " --reason 'first of all'");
  BOOST_REQUIRE(is_held(second));
  const std::string held_uid = uid_of(second);

  when("a second one is asked for by the plugin");
  const auto refused = fails(3, "kubectl maintenance enable pod " + first);
  then("it is refused, and the message names guard, policy, StatefulSet and pod in the way");
  names_everything(refused.err);
  says(refused, "kubectl maintenance disable pod " + second);
  BOOST_CHECK_EQUAL(refused.out, "");

  when("the whole dc is asked for by the plugin");
  const auto whole = fails(3, "kubectl maintenance enable dc dc1 --yes --instance ordered");
  then("it is refused as well, whatever is overridden");
  says(whole, "ordered-ready");
  says(whole, set);
  fails(3, "kubectl maintenance enable dc dc1 --yes --instance ordered --override last-datacenter");

  when("it is asked for by curl, as a pod and as a dc");
  const Forward forward(prober());
  const auto by_curl = curl_answers(forward, "-X PUT localhost:8889/pods/" + first, 409);
  names_everything(by_curl.outcome.out);
  const auto dc = curl_answers(forward, "-X PUT localhost:8889/dcs/dc1", 409);
  then("both are refused");
  for (const char* word : {"OrderedReady", set})
    says(dc.outcome, word);

  then("nothing has happened to either pod");
  is_untouched(first, uid, map);
  BOOST_CHECK(is_held(second));
  BOOST_CHECK_EQUAL(uid_of(second), held_uid);
}

BOOST_AUTO_TEST_CASE(when_the_first_is_back_the_other_is_allowed) {
  given("the first pod taken out of maintenance again");
  succeeds("kubectl maintenance disable pod " + second);
  BOOST_REQUIRE(is_ready(second));
  when("the other is asked for");
  succeeds("kubectl maintenance enable pod " + first);
  then("it is held");
  BOOST_CHECK(is_held(first));
  succeeds("kubectl maintenance disable pod " + first);
  BOOST_CHECK(is_ready(first));
  then("and no record is left");
  BOOST_CHECK(!record_of(first, map));
  BOOST_CHECK(!record_of(second, map));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
