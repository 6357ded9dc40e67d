#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct LongNames {
  static constexpr const char* name = "long-names";
};

/// As long as a host name may be.
const std::string longest = "story-cassandra-a-datacenter-with-a-very-long-name-x-1000000000";

void goes_in_and_out(const std::string& pod) {
  when("it is taken into maintenance");
  succeeds("kubectl maintenance enable pod " + pod);
  then("it is held by its own name");
  BOOST_CHECK(is_held(pod));
  BOOST_CHECK(record_of(pod));
  BOOST_CHECK_NE(gate_log(pod).find("pod=" + pod + " "), std::string::npos);
  succeeds("kubectl maintenance disable pod " + pod);
  BOOST_CHECK(is_ready(pod));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(long_names_story, *boost::unit_test::fixture<OwnStage<LongNames>>())

BOOST_AUTO_TEST_CASE(a_pod_with_a_name_of_63_characters_is_held) {
  given("a pod whose name is as long as a host name may be");
  BOOST_REQUIRE_EQUAL(longest.size(), 63U);
  BOOST_REQUIRE(is_ready(longest));
  goes_in_and_out(longest);
}

BOOST_AUTO_TEST_CASE(a_pod_on_the_hosts_network_is_held) {
  const std::string pod = story_pod(0);
  given("a pod whose host name is the node's");
  BOOST_REQUIRE_EQUAL(field("pod/" + pod, "{.spec.hostNetwork}"), "true");
  const auto host = succeeds("kubectl exec " + pod + " -c cassandra -- hostname");
  BOOST_REQUIRE_NE(trimmed(host.out), pod);
  goes_in_and_out(pod);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
