#include "agent/policy/soft_guards.h"

#include <boost/test/unit_test.hpp>

#include "agent/policy/guards.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

const std::string p0 = pod_name("dc1", 0);
const std::string p1 = pod_name("dc1", 1);
const std::string other = pod_name("dc2", 0);
const std::map<std::string, std::string> all_pods{{"cassandra-cluster-instance", "demo"}};

/// One situation and request, and which guards speak of it, with what is in the way.
struct Row {
  const char* name;
  std::function<void(FakeCluster&)> arrange;
  std::set<std::string> targets;
  bool whole_dc;
  std::map<std::string, std::vector<std::string>> spoken;  ///< guard -> blockers
};

/// Two datacenters of three replicas each: nothing is in the way of one pod.
void healthy(FakeCluster& cluster) {
  cluster.add_dc("dc1", 3);
  cluster.add_dc("dc2", 3);
}

std::vector<Row> availability_rows() {
  return {
      {"nothing in the way", healthy, {p0}, false, {}},
      {"a whole dc beside another", healthy, {p0, p1, pod_name("dc1", 2)}, true, {}},
      {"the last dc",
       [](FakeCluster& c) { c.add_dc("dc1", 2); },
       {p0, p1},
       true,
       {{"last-datacenter", {p0, p1}}}},
      {"the last pod that is Ready",
       [](FakeCluster& c) {
         healthy(c);
         for (auto& [name, pod] : c.pods)
           pod.phase = name == p0 ? FakePhase::ready : FakePhase::running;
       },
       {p0},
       false,
       {{"last-datacenter", {p0}}, {"replica-down", {p1, pod_name("dc1", 2)}}}},
      {"all others are recorded",
       [](FakeCluster& c) {
         c.add_dc("dc1", 2);
         c.data[p1] = "true";
       },
       {p0},
       false,
       {{"last-datacenter", {p0}}, {"replica-down", {p1}}}},
      {"nothing was Ready before",
       [](FakeCluster& c) {
         c.add_dc("dc1", 1);
         c.pods[p0].phase = FakePhase::crashing;
       },
       {p0},
       false,
       {}},
      {"another replica is not Ready",
       [](FakeCluster& c) {
         healthy(c);
         c.pods[p1].phase = FakePhase::running;
       },
       {p0},
       false,
       {{"replica-down", {p1}}}},
      {"another replica terminates",
       [](FakeCluster& c) {
         healthy(c);
         c.pods[p1].phase = FakePhase::terminating;
       },
       {p0},
       false,
       {{"replica-down", {p1}}}},
      {"another replica does not exist at the moment",
       [](FakeCluster& c) {
         healthy(c);
         c.pods.erase(p1);
       },
       {p0},
       false,
       {{"replica-down", {p1}}}},
      {"a replica of another dc is down",
       [](FakeCluster& c) {
         healthy(c);
         c.pods[other].phase = FakePhase::running;
       },
       {p0},
       false,
       {}},
      {"the target itself is down",
       [](FakeCluster& c) {
         healthy(c);
         c.pods[p0].phase = FakePhase::crashing;
       },
       {p0},
       false,
       {}},
      {"a whole dc of which one is down already",
       [](FakeCluster& c) {
         healthy(c);
         c.pods[p1].phase = FakePhase::running;
       },
       {p0, p1, pod_name("dc1", 2)},
       true,
       {}},
  };
}

std::vector<Row> object_rows() {
  return {
      {"a budget that allows it",
       [](FakeCluster& c) {
         healthy(c);
         c.budgets["b"] = FakeBudget{all_pods, 1};
       },
       {p0},
       false,
       {}},
      {"a budget that is exhausted",
       [](FakeCluster& c) {
         healthy(c);
         c.budgets["b"] = FakeBudget{all_pods, 0};
       },
       {p0},
       false,
       {{"disruption-budget", {"b"}}}},
      {"a budget that is too small for a dc",
       [](FakeCluster& c) {
         healthy(c);
         c.budgets["b"] = FakeBudget{all_pods, 2};
       },
       {p0, p1, pod_name("dc1", 2)},
       true,
       {{"disruption-budget", {"b"}}}},
      {"a budget of other pods",
       [](FakeCluster& c) {
         healthy(c);
         c.budgets["b"] = FakeBudget{{{"app", "web"}}, 0};
       },
       {p0},
       false,
       {}},
      {"an exhausted budget, and a pod that is not healthy",
       [](FakeCluster& c) {
         healthy(c);
         c.pods[p0].phase = FakePhase::crashing;
         c.budgets["b"] = FakeBudget{all_pods, 0};
       },
       {p0},
       false,
       {}},
      {"two budgets, however much they allow",
       [](FakeCluster& c) {
         healthy(c);
         c.budgets["a"] = FakeBudget{all_pods, 5};
         c.budgets["b"] = FakeBudget{{{"cassandra-cluster-dc", "dc1"}}, 5};
       },
       {p0},
       false,
       {{"disruption-budget", {"a", "b"}}}},
      {"a rollout of its set",
       [](FakeCluster& c) {
         healthy(c);
         c.sets["demo-cassandra-dc1"].rolling = true;
       },
       {p0},
       false,
       {{"rollout", {"demo-cassandra-dc1"}}}},
      {"a rollout of another set",
       [](FakeCluster& c) {
         healthy(c);
         c.sets["demo-cassandra-dc2"].rolling = true;
       },
       {p0},
       false,
       {}},
      {"no preStop hook",
       [](FakeCluster& c) {
         healthy(c);
         c.pods[p0].pre_stop = false;
       },
       {p0},
       false,
       {{"no-drain", {p0}}}},
  };
}

void check(const Row& row) {
  FakeCluster cluster;
  row.arrange(cluster);
  const agent::Snapshot snapshot = snapshot_of(cluster);
  agent::EnterRequest request{row.targets, row.whole_dc, {}};
  std::map<std::string, std::vector<std::string>> spoken;
  for (const Finding& finding : agent::judge(snapshot, request).findings) {
    spoken[finding.guard] = finding.blockers;
    BOOST_TEST(finding.refuses == (finding.kind != GuardKind::warning));
    BOOST_TEST(!finding.message.empty());
    const bool says_how = has_all(finding.remedy, {"--override " + finding.guard});
    BOOST_TEST(says_how == finding.refuses, finding.remedy);
    request.overrides.insert(finding.guard);
  }
  BOOST_TEST((spoken == row.spoken));
  // Named, each of them still speaks, and none refuses.
  const Verdict overridden = agent::judge(snapshot, request);
  BOOST_TEST(!overridden.refuses());
  BOOST_TEST(overridden.findings.size() == row.spoken.size());
  request.overrides.clear();
  request.strict = false;
  BOOST_TEST(!agent::judge(snapshot, request).refuses());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(soft_guards_test)

BOOST_AUTO_TEST_CASE(availability) {
  for (const Row& row : availability_rows()) {
    BOOST_TEST_CONTEXT(row.name) {
      check(row);
    }
  }
}

BOOST_AUTO_TEST_CASE(budgets_rollouts_and_hooks) {
  for (const Row& row : object_rows()) {
    BOOST_TEST_CONTEXT(row.name) {
      check(row);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_refusal_says_how_much_of_the_dc_would_be_out) {
  FakeCluster cluster;
  healthy(cluster);
  cluster.data[p1] = "true";
  const Verdict verdict = agent::judge(snapshot_of(cluster), {{p0}, false, {}});
  BOOST_TEST(has_all(verdict.summary(), {"2 of 3 replicas of dc1 would be out", p1,
                                         "[replica-down]", "--override replica-down"}),
             verdict.summary());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
