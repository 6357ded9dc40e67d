#include "agent/policy/guards.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

/// One situation and request, and which guard is expected to refuse, or "".
struct Row {
  const char* name;
  std::function<void(FakeCluster&)> arrange;
  std::set<std::string> targets;
  bool whole_dc;
  const char* refused_by;
  std::vector<std::string> blockers;
};

void record(FakeCluster& cluster, const std::string& pod) {
  cluster.data[pod] = "true";
}

void ordered_dc1_of_two(FakeCluster& cluster) {
  cluster.add_dc("dc1", 2, "OrderedReady");
}

std::vector<Row> rows() {
  const std::string p0 = pod_name("dc1", 0);
  const std::string p1 = pod_name("dc1", 1);
  return {
      {"parallel, first pod", [](FakeCluster& c) { c.add_dc("dc1", 3); }, {p0}, false, "", {}},
      {"parallel, second pod",
       [&](FakeCluster& c) {
         c.add_dc("dc1", 3);
         record(c, pod_name("dc1", 0));
       },
       {p1},
       false,
       "",
       {}},
      {"parallel, whole dc", [](FakeCluster& c) { c.add_dc("dc1", 2); }, {p0, p1}, true, "", {}},
      {"ordered, first pod", ordered_dc1_of_two, {p0}, false, "", {}},
      {"ordered, two pods in one request",
       ordered_dc1_of_two,
       {p0, p1},
       false,
       "ordered-ready",
       {"demo-cassandra-dc1"}},
      {"ordered, second pod",
       [](FakeCluster& c) {
         ordered_dc1_of_two(c);
         record(c, pod_name("dc1", 0));
       },
       {p1},
       false,
       "ordered-ready",
       {p0}},
      {"ordered, a dc of one replica",
       [](FakeCluster& c) { c.add_dc("dc1", 1, "OrderedReady"); },
       {p0},
       true,
       "ordered-ready",
       {"demo-cassandra-dc1"}},
      {"ordered, another dc's pod is in",
       [](FakeCluster& c) {
         ordered_dc1_of_two(c);
         c.add_dc("dc2", 2, "OrderedReady");
         record(c, pod_name("dc2", 1));
       },
       {p0},
       false,
       "ordered-ready",
       {pod_name("dc2", 1)}},
      {"ordered target, a parallel pod is in",
       [](FakeCluster& c) {
         ordered_dc1_of_two(c);
         c.add_dc("dc2", 1);
         record(c, pod_name("dc2", 0));
       },
       {p0},
       false,
       "ordered-ready",
       {pod_name("dc2", 0)}},
      {"parallel target, an ordered pod is in",
       [](FakeCluster& c) {
         ordered_dc1_of_two(c);
         c.add_dc("dc2", 1);
         record(c, pod_name("dc1", 1));
       },
       {pod_name("dc2", 0)},
       false,
       "ordered-ready",
       {p1}},
      {"parallel target, an ordered set that has nobody in",
       [](FakeCluster& c) {
         ordered_dc1_of_two(c);
         c.add_dc("dc2", 2);
         record(c, pod_name("dc2", 1));
       },
       {pod_name("dc2", 0)},
       false,
       "",
       {}},
      {"ordered, the record of a pod that was scaled away counts",
       [](FakeCluster& c) {
         ordered_dc1_of_two(c);
         record(c, pod_name("dc1", 7));
       },
       {p0},
       false,
       "ordered-ready",
       {pod_name("dc1", 7)}},
      {"ordered, drifted and alone: the same pod again",
       [](FakeCluster& c) {
         ordered_dc1_of_two(c);
         record(c, pod_name("dc1", 0));
       },
       {p0},
       false,
       "",
       {}},
      {"a pod of another application",
       [](FakeCluster& c) {
         c.add_dc("dc1", 1);
         FakePod other;
         other.set = "demo-cassandra-dc1";
         other.labels = {{"app", "web"}};
         c.add_pod("web-0", other);
       },
       {"web-0"},
       false,
       "not-a-member",
       {"web-0"}},
      {"a bare pod with the right labels",
       [](FakeCluster& c) {
         FakePod bare;
         bare.labels = {{"app.kubernetes.io/component", "database"}};
         c.add_pod("bare-0", bare);
       },
       {"bare-0"},
       false,
       "not-a-member",
       {"bare-0"}},
      {"a pod whose StatefulSet is gone",
       [](FakeCluster& c) {
         c.add_dc("dc1", 1);
         c.sets.clear();
       },
       {p0},
       false,
       "not-a-member",
       {p0}},
      {"a pod without a gate",
       [](FakeCluster& c) { c.add_dc("dc1", 1, "Parallel", false); },
       {p0},
       false,
       "no-gate",
       {p0}},
      {"a pod with a gate whose template has none any more",
       [](FakeCluster& c) {
         c.add_dc("dc1", 1);
         c.sets["demo-cassandra-dc1"].gate = false;
       },
       {p0},
       false,
       "no-gate",
       {p0}},
      {"a pod from before the template had a gate",
       [](FakeCluster& c) {
         c.add_dc("dc1", 1);
         c.pods[pod_name("dc1", 0)].gate = false;
       },
       {p0},
       false,
       "no-gate",
       {p0}},
      {"a pod that is being created anew",
       [](FakeCluster& c) {
         c.add_dc("dc1", 1);
         c.pods.clear();
       },
       {p0},
       false,
       "",
       {}},
  };
}

/// The soft guards have a test of their own, soft_guards_test.
Verdict hard_part(Verdict verdict) {
  std::erase_if(verdict.findings,
                [](const Finding& finding) { return finding.kind != GuardKind::hard; });
  return verdict;
}

agent::EnterRequest request_for(const Row& row) {
  return agent::EnterRequest{row.targets, row.whole_dc, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(guards_test)

BOOST_AUTO_TEST_CASE(every_row_of_the_table_holds) {
  for (const Row& row : rows()) {
    BOOST_TEST_CONTEXT(row.name) {
      FakeCluster cluster;
      row.arrange(cluster);
      const Verdict verdict = hard_part(agent::judge(snapshot_of(cluster), request_for(row)));
      const std::string expected = row.refused_by;
      BOOST_TEST(verdict.refuses() == !expected.empty());
      if (expected.empty()) {
        BOOST_TEST(verdict.findings.empty());
        continue;
      }
      BOOST_REQUIRE(verdict.findings.size() == 1U);
      const Finding& finding = verdict.findings.front();
      BOOST_TEST(finding.guard == expected);
      BOOST_TEST((finding.kind == GuardKind::hard));
      BOOST_TEST(finding.blockers == row.blockers, boost::test_tools::per_element());
      BOOST_TEST(!finding.message.empty());
      BOOST_TEST(!finding.remedy.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(ordered_ready_says_what_is_in_the_way_and_both_ways_out) {
  FakeCluster cluster;
  ordered_dc1_of_two(cluster);
  record(cluster, pod_name("dc1", 0));
  const Verdict verdict = agent::judge(snapshot_of(cluster), {{pod_name("dc1", 1)}, false, {}});
  BOOST_TEST(has_all(verdict.summary(),
                     {"OrderedReady", "StatefulSet demo-cassandra-dc1", "demo-cassandra-dc1-0",
                      "kubectl maintenance disable pod demo-cassandra-dc1-0", "immutable",
                      "cassandracluster.yaml", "podManagementPolicy: Parallel"}),
             verdict.summary());
}

BOOST_AUTO_TEST_CASE(ordered_ready_names_all_that_are_in_the_way) {
  FakeCluster cluster;
  ordered_dc1_of_two(cluster);
  record(cluster, "other-1");
  record(cluster, "other-2");
  const agent::EnterRequest request{{pod_name("dc1", 1)}, false, {}};
  const std::string two = agent::judge(snapshot_of(cluster), request).summary();
  BOOST_TEST(has_all(two, {"pods other-1, other-2 are already in maintenance",
                           "kubectl maintenance disable pod other-1 other-2"}),
             two);
  for (int i = 3; i < 9; ++i)
    record(cluster, "other-" + std::to_string(i));
  const std::string many = agent::judge(snapshot_of(cluster), request).summary();
  BOOST_TEST(has_all(many, {"and 3 more", "kubectl maintenance disable --all"}), many);
}

BOOST_AUTO_TEST_CASE(an_override_does_not_lift_a_hard_guard) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 1, "OrderedReady");
  const Verdict verdict =
      agent::judge(snapshot_of(cluster), {{pod_name("dc1", 0)}, true, {"ordered-ready"}});
  BOOST_TEST(verdict.refuses());
}

BOOST_AUTO_TEST_CASE(many_blockers_are_named_up_to_a_point) {
  FakeCluster cluster;
  cluster.add_dc("dc1", 20, "Parallel", false);
  agent::EnterRequest request{{}, true, {}};
  for (int i = 0; i < 20; ++i)
    request.targets.insert(pod_name("dc1", i));
  const Verdict verdict = hard_part(agent::judge(snapshot_of(cluster), request));
  BOOST_REQUIRE(verdict.findings.size() == 1U);
  BOOST_TEST(verdict.findings[0].blockers.size() == 20U);
  BOOST_TEST(has_all(verdict.findings[0].message, {"and 15 more"}), verdict.findings[0].message);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
