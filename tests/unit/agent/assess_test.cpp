#include "agent/reconcile/assess.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

const std::string p0 = pod_name("dc1", 0);
const std::string p1 = pod_name("dc1", 1);
const text::Timestamp now = *text::parse_timestamp("2026-01-01T12:00:00Z");

std::string record_until(const std::string& until) {
  return R"({"id":"a","since":"2026-01-01T00:00:00Z","until":")" + until + "\"}";
}

struct Row {
  const char* name;
  std::function<void(FakeCluster&)> arrange;
  std::set<std::string> expired = {};
  std::set<std::string> drifted = {};
  std::set<std::string> leaving = {};
  std::set<std::string> missing = {};
  std::set<std::string> violated = {};
};

void hold(FakeCluster& cluster, const std::string& pod) {
  cluster.data[pod] = "true";
  cluster.pods[pod].phase = FakePhase::held;
}

std::vector<Row> rows() {
  return {
      {"nothing to do", [](FakeCluster& c) { hold(c, p0); }},
      {"running although recorded", [](FakeCluster& c) { c.data[p0] = "true"; }, {}, {p0}},
      {"recorded and crashing",
       [](FakeCluster& c) {
         c.data[p0] = "true";
         c.pods[p0].phase = FakePhase::crashing;
       },
       {},
       {p0}},
      {"recorded and on its way",
       [](FakeCluster& c) {
         c.data[p0] = "true";
         c.data[p1] = "true";
         c.pods[p0].phase = FakePhase::terminating;
         c.pods[p1].phase = FakePhase::pending;
       }},
      {"at the gate without a record",
       [](FakeCluster& c) { c.pods[p0].phase = FakePhase::held; },
       {},
       {},
       {p0}},
      {"recorded, scaled away",
       [](FakeCluster& c) { c.data[pod_name("dc1", 9)] = "true"; },
       {},
       {},
       {},
       {pod_name("dc1", 9)}},
      {"recorded, being created anew",
       [](FakeCluster& c) {
         c.data[p0] = "true";
         c.pods.erase(p0);
       }},
      {"its time is up",
       [](FakeCluster& c) {
         hold(c, p0);
         c.data[p0] = record_until("2026-01-01T12:00:00Z");
       },
       {p0}},
      {"its time is not up yet",
       [](FakeCluster& c) {
         hold(c, p0);
         c.data[p0] = record_until("2026-01-01T12:00:01Z");
       }},
      {"a record without a gate would only cause an outage",
       [](FakeCluster& c) {
         c.add_dc("old", 1, "Parallel", false);
         c.data[pod_name("old", 0)] = "true";
         c.data[p0] = "true";
       },
       {},
       {p0},
       {},
       {},
       {"no-gate"}},
      {"two records of an OrderedReady set: nobody is restarted",
       [](FakeCluster& c) {
         c.add_dc("ord", 2, "OrderedReady");
         c.data[pod_name("ord", 0)] = "true";
         c.data[pod_name("ord", 1)] = "true";
         c.data[p0] = "true";
       },
       {},
       {},
       {},
       {},
       {"ordered-ready"}},
      {"one record of an OrderedReady set",
       [](FakeCluster& c) {
         c.add_dc("ord", 2, "OrderedReady");
         c.data[pod_name("ord", 1)] = "true";
       },
       {},
       {pod_name("ord", 1)}},
      {"two records, of which one is over: it counts until it is gone",
       [](FakeCluster& c) {
         c.add_dc("ord", 2, "OrderedReady");
         c.data[pod_name("ord", 0)] = record_until("2026-01-01T11:00:00Z");
         c.data[pod_name("ord", 1)] = "true";
       },
       {pod_name("ord", 0)},
       {},
       {},
       {},
       {"ordered-ready"}},
      {"a pod of another application is nobody's business",
       [](FakeCluster& c) {
         FakePod other;
         other.labels = {{"app", "web"}};
         c.add_pod("web-0", other);
         c.data["web-0"] = "true";
       }},
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(assess_test)

BOOST_AUTO_TEST_CASE(every_row_of_the_table_holds) {
  for (const Row& row : rows()) {
    BOOST_TEST_CONTEXT(row.name) {
      FakeCluster cluster;
      cluster.add_dc("dc1", 3);
      row.arrange(cluster);
      const auto found = agent::assess(snapshot_of(cluster), now);
      BOOST_TEST((found.expired == row.expired));
      BOOST_TEST((found.drifted == row.drifted));
      BOOST_TEST((found.leaving == row.leaving));
      BOOST_TEST((found.missing == row.missing));
      std::set<std::string> violated;
      for (const Finding& finding : found.violation)
        violated.insert(finding.guard);
      BOOST_TEST((violated == row.violated));
    }
  }
}

BOOST_AUTO_TEST_CASE(it_knows_when_the_next_record_ends) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 3);
  BOOST_TEST(!agent::assess(snapshot_of(cluster), now).next_end.has_value());
  cluster.data[p0] = record_until("2026-01-01T14:00:00Z");
  cluster.data[p1] = record_until("2026-01-01T13:00:00Z");
  const auto found = agent::assess(snapshot_of(cluster), now);
  BOOST_REQUIRE(found.next_end.has_value());
  BOOST_TEST((*found.next_end == now + std::chrono::hours(1)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
