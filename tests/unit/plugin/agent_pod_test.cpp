#include "plugin/discovery/agent_pod.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

kube::Pod pod(const std::string& name, const std::string& instance, const std::string& phase,
              bool ready, bool terminating = false) {
  kube::Pod out;
  out.metadata.name = name;
  if (!instance.empty()) out.metadata.labels[instance_label] = instance;
  out.metadata.terminating = terminating;
  out.phase = phase;
  out.ready = ready;
  return out;
}

std::vector<std::string> names(const std::vector<AgentPod>& pods) {
  std::vector<std::string> out;
  for (const AgentPod& one : pods)
    out.push_back(one.name);
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(agent_pod_test)

BOOST_AUTO_TEST_CASE(ready_first_then_running_then_by_name) {
  const auto candidates = agent_candidates({
      pod("pending", "demo", "Pending", false),
      pod("going", "demo", "Running", true, true),
      pod("done", "demo", "Succeeded", false),
      pod("broken", "demo", "Failed", false),
      pod("starting", "demo", "Running", false),
      pod("ready-b", "demo", "Running", true),
      pod("ready-a", "demo", "Running", true),
  });
  BOOST_TEST(names(candidates) == (Names{"ready-a", "ready-b", "starting", "pending"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(clusters_are_told_apart_by_their_label) {
  const auto candidates =
      agent_candidates({pod("c", "two", "Running", true), pod("b", "one", "Running", false),
                        pod("a", "two", "Running", false), pod("d", "", "Running", true)});
  BOOST_TEST(agent_instances(candidates) == (Names{"", "one", "two"}),
             boost::test_tools::per_element());
  BOOST_TEST(choose_agent(candidates, "two")->name == "c");
  BOOST_TEST(choose_agent(candidates, "one")->name == "b");
  BOOST_TEST(choose_agent(candidates, "")->name == "d");
  BOOST_TEST(testing::kind_of(choose_agent(candidates, "three")) == ErrorKind::unreachable);
}

BOOST_AUTO_TEST_CASE(a_pod_that_does_not_run_is_named) {
  const Error failure = testing::failure_of(
      choose_agent(agent_candidates({pod("slow", "demo", "Pending", false)}), "demo"));
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
  BOOST_TEST(failure.message() == "agent pod slow does not run yet (it is Pending)");
}

BOOST_AUTO_TEST_CASE(no_pods_no_instances) {
  BOOST_TEST(agent_candidates({}).empty());
  BOOST_TEST(agent_instances({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
