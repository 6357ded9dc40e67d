#include "plugin/discovery/agent_finder.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_transport.h"

using namespace maintenance;
using namespace maintenance::plugin;
using maintenance::testing::contains;
using maintenance::testing::json_answer;

namespace {

std::string pod_json(const std::string& name, const std::string& instance) {
  return R"({"metadata":{"name":")" + name + R"(","labels":{"cassandra-cluster-instance":")" +
         instance +
         R"("}},"status":{"phase":"Running","conditions":[{"type":"Ready",)"
         R"("status":"True"}]}})";
}

testing::Answer list(const std::vector<std::string>& pods) {
  std::string items;
  for (const std::string& pod : pods)
    items += (items.empty() ? "" : ",") + pod;
  return json_answer(200, R"({"items":[)" + items + "]}");
}

struct Stage {
  testing::ScriptedTransport api;
  testing::FakeClock clock;
  kube::Client client{api, clock, "cassandra"};

  [[nodiscard]] Result<AgentPod> find(AgentWanted wanted = {}) {
    return AgentFinder(client, std::move(wanted)).find();
  }
  [[nodiscard]] std::string target(std::size_t i) const { return api.requests().at(i).target; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_finder_test, Stage)

BOOST_AUTO_TEST_CASE(by_the_agents_label_first) {
  api.then(list({pod_json("agent-0", "demo")}));
  const auto found = find();
  REQUIRE_OK(found);
  BOOST_TEST(found->name == "agent-0");
  BOOST_TEST(api.requests().size() == 1U);
  BOOST_TEST(contains(target(0), "labelSelector=app.kubernetes.io%2Fname%3Dmaintenance-agent"),
             target(0));
}

BOOST_AUTO_TEST_CASE(then_by_the_probers) {
  api.then(list({})).then(list({pod_json("prober-0", "demo")}));
  const auto found = find();
  REQUIRE_OK(found);
  BOOST_TEST(found->name == "prober-0");
  BOOST_TEST(contains(target(1), "labelSelector=cassandra-cluster-component%3Dprober"), target(1));
}

BOOST_AUTO_TEST_CASE(an_instance_narrows_the_list) {
  api.then(list({pod_json("agent-0", "demo")}));
  REQUIRE_OK(find({"demo", ""}));
  BOOST_TEST(contains(target(0), "%2Ccassandra-cluster-instance%3Ddemo"), target(0));
}

BOOST_AUTO_TEST_CASE(a_list_that_may_be_old_is_enough_for_one_that_is_found) {
  api.then(list({pod_json("agent-0", "demo")}));
  REQUIRE_OK(find());
  BOOST_TEST(contains(target(0), "resourceVersion=0"), target(0));
}

BOOST_AUTO_TEST_CASE(nobody_is_told_none_because_a_list_was_old) {
  api.then(list({})).then(list({})).then(list({pod_json("agent-0", "demo")}));
  const auto found = find();
  REQUIRE_OK(found);
  BOOST_TEST(found->name == "agent-0");
  BOOST_TEST(!contains(target(2), "resourceVersion"), target(2));
}

BOOST_AUTO_TEST_CASE(after_a_failure_no_old_list_is_trusted) {
  api.then(list({pod_json("agent-0", "demo")})).then(list({pod_json("agent-1", "demo")}));
  AgentFinder finder(client, {});
  REQUIRE_OK(finder.find());
  finder.forget();
  const auto found = finder.find();
  REQUIRE_OK(found);
  BOOST_TEST(found->name == "agent-1");
  BOOST_TEST(!contains(target(1), "resourceVersion"), target(1));
}

BOOST_AUTO_TEST_CASE(none_says_where_to_look) {
  api.then(list({})).then(list({})).then(list({})).then(list({}));
  const Error failure = testing::failure_of(find());
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
  BOOST_TEST(failure.message() ==
             "no maintenance agent was found in namespace \"cassandra\"; name its namespace with "
             "-n, or look for it with 'kubectl get pods -A -l "
             "app.kubernetes.io/name=maintenance-agent'");
  api.then(list({})).then(list({})).then(list({})).then(list({}));
  BOOST_TEST(
      contains(testing::failure_of(find({"x", ""})).message(), "for the Cassandra cluster \"x\""));
}

BOOST_AUTO_TEST_CASE(several_clusters_are_named_and_not_guessed) {
  api.then(list({pod_json("b", "two"), pod_json("a", "one")}));
  const Error failure = testing::failure_of(find());
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(failure.message() ==
             "namespace \"cassandra\" has maintenance agents of several Cassandra clusters: one, "
             "two; name one with --instance");
}

BOOST_AUTO_TEST_CASE(a_named_pod_decides) {
  api.then(list({pod_json("a", "one"), pod_json("b", "two")}))
      .then(json_answer(200, pod_json("two-cassandra-dc1-0", "two")));
  const auto found = find({"", "two-cassandra-dc1-0"});
  REQUIRE_OK(found);
  BOOST_TEST(found->name == "b");
  BOOST_TEST(target(1) == "/api/v1/namespaces/cassandra/pods/two-cassandra-dc1-0");
}

BOOST_AUTO_TEST_CASE(a_named_pod_that_is_gone_does_not) {
  api.then(list({pod_json("a", "one"), pod_json("b", "two")}))
      .then(testing::status_answer(404, "NotFound", "gone"));
  BOOST_TEST(contains(testing::failure_of(find({"", "x"})).message(), "--instance"));
}

BOOST_AUTO_TEST_CASE(a_named_pod_is_not_read_when_there_is_one_cluster) {
  api.then(list({pod_json("a", "one"), pod_json("b", "one")}));
  REQUIRE_OK(find({"", "x"}));
  BOOST_TEST(api.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_found_is_remembered_until_forgotten) {
  AgentFinder finder(client, {});
  api.then(list({pod_json("a", "one")}));
  REQUIRE_OK(finder.find());
  REQUIRE_OK(finder.find());
  BOOST_TEST(api.requests().size() == 1U);
  finder.forget();
  api.then(list({pod_json("b", "one")}));
  BOOST_TEST(finder.find()->name == "b");
}

BOOST_AUTO_TEST_CASE(failures_of_the_api_server_come_through) {
  api.then(testing::status_answer(403, "Forbidden", "pods is forbidden"));
  BOOST_TEST(testing::kind_of(find()) == ErrorKind::forbidden);
}

BOOST_AUTO_TEST_SUITE_END()
