#include "agent/policy/snapshot.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {

BOOST_AUTO_TEST_SUITE(snapshot_test)

BOOST_AUTO_TEST_CASE(a_pod_name_is_split_at_its_ordinal) {
  const auto name = agent::split_ordinal("demo-cassandra-dc1-12");
  BOOST_REQUIRE(name.has_value());
  BOOST_TEST(name->stateful_set == "demo-cassandra-dc1");
  BOOST_TEST(name->ordinal == 12);
  for (const char* bad :
       {"", "demo", "demo-", "-1", "demo-1a", "demo-007", "demo-99999999999999999999"})
    BOOST_TEST(!agent::split_ordinal(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(a_dc_is_its_label_exactly) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 2);
  cluster.add_dc("dc10", 1);
  const auto snapshot = snapshot_of(cluster);
  const std::set<std::string> expected{pod_name("dc1", 0), pod_name("dc1", 1)};
  BOOST_TEST(snapshot.pods_of_dc("dc1") == expected, boost::test_tools::per_element());
  BOOST_TEST(snapshot.pods_of_dc("dc").empty());
}

BOOST_AUTO_TEST_CASE(a_pod_between_two_lives_still_belongs_to_its_dc) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 2);
  cluster.pods.erase(pod_name("dc1", 1));
  const auto snapshot = snapshot_of(cluster);
  BOOST_TEST(snapshot.pods_of_dc("dc1").contains(pod_name("dc1", 1)));
  BOOST_TEST(snapshot.is_expected(pod_name("dc1", 1)));
  BOOST_TEST(snapshot.dc_of(pod_name("dc1", 1)) == "dc1");
  BOOST_TEST(!snapshot.is_expected(pod_name("dc1", 2)));
  BOOST_TEST(snapshot.owner_of(pod_name("dc1", 1))->metadata.name == "demo-cassandra-dc1");
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_not_selected_is_of_no_dc) {
  FakeCluster cluster;
  FakePod other;
  other.labels = {{"cassandra-cluster-dc", "dc1"}};
  cluster.add_pod("other-0", other);
  const auto snapshot = snapshot_of(cluster);
  BOOST_TEST(snapshot.pods_of_dc("dc1").empty());
  BOOST_TEST(!snapshot.is_expected("other-0"));
}

BOOST_AUTO_TEST_CASE(ordinals_may_start_elsewhere) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 2);
  cluster.pods.clear();
  auto snapshot = snapshot_of(cluster);
  snapshot.stateful_sets.at("demo-cassandra-dc1").first_ordinal = 5;
  BOOST_TEST(!snapshot.is_expected(pod_name("dc1", 0)));
  BOOST_TEST(snapshot.is_expected(pod_name("dc1", 6)));
  BOOST_TEST(snapshot.pods_of_dc("dc1").contains(pod_name("dc1", 5)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
