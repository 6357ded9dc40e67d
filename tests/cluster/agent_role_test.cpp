// The rights that agent/deploy gives: enough for everything the agent does, and nothing more.
#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <set>
#include <sstream>

#include "agent/reconcile/cluster_view.h"
#include "agent/reconcile/drain_check.h"
#include "tests/cluster/support/overlay.h"
#include "tests/cluster/support/program.h"
#include "tests/cluster/support/service_account.h"
#include "tests/cluster/support/test_agent.h"
#include "tests/support/eventually.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";

/// A namespace into which agent/deploy was applied, and a way in with its agent's own token.
struct RoleStage : Stage {
  TempFolder folder;
  std::unique_ptr<TokenTransport> as_agent;

  RoleStage() {
    apply_overlay(*this, "demo-");
    make_config_map(config_map);
    as_agent = std::make_unique<TokenTransport>(
        *this, service_account_token(*this, "demo-maintenance-agent"));
  }
};

/// What kubectl says that a service account may do here, beyond what everybody may: lines of
/// "RESOURCE NAMES VERBS".
std::set<std::string> rights_of(const RoleStage& stage, const std::string& account) {
  const std::string user = "system:serviceaccount:" + stage.namespace_name() + ":" + account;
  const Finished listed = run_program(
      {stage.cluster().kubectl, "auth", "can-i", "--list", "--as", user, "-n",
       stage.namespace_name()},
      {{"KUBECONFIG", stage.cluster().kubeconfig}, {"HOME", stage.folder.path().string()}});
  if (listed.exit_code != 0) throw std::runtime_error(listed.standard_error);
  std::set<std::string> rights;
  std::istringstream lines(listed.standard_output);
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line)) {
    // Everybody may ask who they are, and discover what there is.
    if (line.starts_with(' ') || line.starts_with("selfsubject")) continue;
    std::istringstream words(line);
    std::string resource;
    std::string urls;
    std::string names;
    words >> resource >> urls >> names;
    std::string verbs;
    std::getline(words >> std::ws, verbs);
    rights.insert(resource + " " + names + " " + verbs);
  }
  return rights;
}

/// Something that the agent has to be able to do, and the resource of the rule that it needs.
struct Ability {
  std::string resource;
  std::function<bool()> works;
};

/// The merge patch that gives a Role all of `rules` but one; the index of none: all of them.
std::string rules_without(const std::vector<text::JsonView>& rules, std::size_t removed) {
  Poco::JSON::Array kept;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (i != removed) kept.add(rules[i].raw());
  }
  return R"({"rules":)" + text::to_json(kept) + "}";
}

/// One request that the agent has no business making.
struct Attempt {
  std::string method;
  std::string path;
  std::string body;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_role_test, RoleStage)

BOOST_AUTO_TEST_CASE(its_rights_suffice_for_all_it_does) {
  const SetShape shape;
  const std::string pod = "/pods/" + shape.pod(0);
  make_dc(shape);
  TestAgent agent(*this, *as_agent);
  BOOST_TEST(agent.ask("PUT", pod).starts_with("200 "));
  BOOST_TEST(terminating(shape.pod(0)));
  replace_pod(shape, 0, PodPhase::held);
  BOOST_TEST(agent.ask("GET", pod) == R"(200 {"inMaintenance":true})");
  BOOST_TEST(agent.ask("GET", "/v1" + pod).starts_with("200 "));
  BOOST_TEST(agent.ask("GET", "/v1/status").starts_with("200 "));
  BOOST_TEST(agent.ask("GET", "/dcs/dc1") == R"(200 {"dc1":false})");
  BOOST_TEST(agent.ask("GET", "/config").starts_with("200 "));
  BOOST_TEST(agent.ask("DELETE", pod).starts_with("200 "));
  const auto annotations = pod_object(shape.pod(0)).object("metadata").text_map("annotations");
  BOOST_TEST(annotations.contains("cassandra-maintenance/touched"));
  BOOST_TEST(agent.ask("PUT", "/dcs/dc1").starts_with("200 "));
  BOOST_TEST(agent.ask("DELETE", "/dcs/dc1").starts_with("200 "));
  BOOST_TEST(data_of(config_map).empty());
}

BOOST_AUTO_TEST_CASE(its_rights_suffice_for_its_watches) {
  const SetShape shape;
  make_dc(shape);
  const agent::Settings settings = test_settings(*this);
  agent::SystemRandom random;
  agent::Log log{std::make_shared<spdlog::sinks::null_sink_mt>(), clock(), agent::LogFormat::text,
                 agent::LogLevel::debug};
  kube::Client client(*as_agent, clock(), namespace_name());
  const agent::ClusterView view({client, *as_agent, watchdog(), settings, clock(), random, log});
  BOOST_TEST(eventually(patience, [&] { return view.snapshot().has_value(); }));
  // Not only the lists: a change comes by the watch.
  write_key(config_map, shape.pod(0), "true");
  BOOST_TEST(eventually(patience, [&] {
    const auto seen = view.snapshot();
    return seen && seen->records.contains(shape.pod(0));
  }));
}

BOOST_AUTO_TEST_CASE(a_refused_eviction_is_taken_back_with_these_rights) {
  const SetShape shape;
  make_dc(shape);
  make_budget("demo-budget", shape, BudgetStatus{});
  TestAgent agent(*this, *as_agent);
  BOOST_TEST(agent.ask("PUT", "/pods/" + shape.pod(0)).starts_with("429 "));
  BOOST_TEST(data_of(config_map).empty());
}

BOOST_AUTO_TEST_CASE(it_may_report_events_and_read_of_failed_drains) {
  const SetShape shape;
  make_dc(shape);
  kube::Client client(*as_agent, clock(), namespace_name());
  agent::Happening held{agent::HappeningKind::held, shape.pod(0), "uid-1", "key",
                        "held at its gate"};
  const kube::Event event = make_event(held, "agent-1", clock().now());
  // The same happening, told twice, is there once.
  BOOST_REQUIRE(client.create_event(event));
  BOOST_REQUIRE(client.create_event(event));
  const text::JsonView seen = api().get(group("events.k8s.io/v1", "events/" + event.name));
  BOOST_TEST(seen.text("reason") == "MaintenanceHeld");
  BOOST_TEST(seen.object("regarding").text("name") == shape.pod(0));

  api().create(core("events"),
               "{apiVersion: v1, kind: Event, metadata: {name: x}, reason: FailedPreStopHook, "
               "message: PreStopHook failed, lastTimestamp: '2026-01-01T00:00:00Z', type: Warning, "
               "involvedObject: {kind: Pod, namespace: " +
                   namespace_name() + ", name: " + shape.pod(0) + ", uid: u}}");
  const auto failed = client.list_events(agent::drain_failed_reason);
  BOOST_REQUIRE(failed);
  BOOST_REQUIRE(failed->size() == 1U);
  BOOST_TEST(failed->front().regarding_name == shape.pod(0));
  BOOST_TEST(failed->front().note == "PreStopHook failed");
}

BOOST_AUTO_TEST_CASE(kubectl_lists_these_rights_and_no_others) {
  const std::set<std::string> expected{
      "configmaps [demo-maintenance-configmap] [get list watch patch]",
      "events [] [list]",
      "events.events.k8s.io [] [create]",
      "poddisruptionbudgets.policy [] [list]",
      "pods [] [get list watch patch]",
      "pods/eviction [] [create]",
      "statefulsets.apps [] [get list watch]"};
  std::set<std::string> listed;
  BOOST_TEST(eventually(patience, [&] {
    listed = rights_of(*this, "demo-maintenance-agent");
    return listed == expected;
  }));
  BOOST_TEST(listed == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_any_one_of_its_rules_something_fails) {
  const SetShape shape;
  make_dc(shape);
  kube::Client client(*as_agent, clock(), namespace_name());
  const std::string role = group("rbac.authorization.k8s.io/v1", "roles/demo-maintenance-agent");
  int happenings = 0;
  const auto answers_ok = [&](const std::string& method, const std::string& path) {
    return TestAgent(*this, *as_agent).ask(method, path).starts_with("200 ");
  };
  const auto holds = [&] {
    replace_pod(shape, 0, PodPhase::ready);
    const bool held = answers_ok("PUT", "/pods/" + shape.pod(0));
    api().patch(core("configmaps/" + config_map), R"({"data":null})");
    return held;
  };
  const std::vector<Ability> abilities{
      {"configmaps", [&] { return answers_ok("GET", "/config"); }},
      {"pods", [&] { return answers_ok("GET", "/pods/" + shape.pod(1)); }},
      {"pods/eviction", holds},
      {"statefulsets", [&] { return answers_ok("GET", "/v1/status"); }},
      {"poddisruptionbudgets", holds},
      {"events",
       [&] {
         const agent::Happening held{agent::HappeningKind::held, shape.pod(0), "uid-1",
                                     "key" + std::to_string(++happenings), "held at its gate"};
         const auto created = client.create_event(make_event(held, "agent-1", clock().now()));
         const auto listed = client.list_events(agent::drain_failed_reason);
         return static_cast<bool>(created) && static_cast<bool>(listed);
       }},
  };
  const auto all = api().get(role).objects("rules");
  BOOST_REQUIRE(all.size() == 7U);
  for (std::size_t removed = 0; removed < all.size(); ++removed) {
    const std::string resource = all[removed].texts("resources").at(0);
    api().patch(role, rules_without(all, removed));
    const auto needs_it = std::find_if(abilities.begin(), abilities.end(), [&](const Ability& one) {
      return one.resource == resource;
    });
    BOOST_REQUIRE(needs_it != abilities.end());
    BOOST_TEST(eventually(patience, [&] { return !needs_it->works(); }),
               "nothing fails without the rule for " << resource);
    api().patch(role, rules_without(all, all.size()));
    BOOST_TEST(eventually(patience, [&] { return needs_it->works(); }), resource);
  }
}

BOOST_AUTO_TEST_CASE(its_rights_suffice_for_nothing_else) {
  const SetShape shape;
  make_dc(shape);
  make_config_map("another-configmap");
  api().create(core("secrets"), "{apiVersion: v1, kind: Secret, metadata: {name: s}}");
  const std::string pod = core("pods/" + shape.pod(0));
  const std::string set = group("apps/v1", "statefulsets/" + shape.name());
  const std::string role = group("rbac.authorization.k8s.io/v1", "roles/demo-maintenance-agent");
  const std::vector<Attempt> attempts{
      {"GET", core("secrets"), ""},
      {"GET", core("secrets/s"), ""},
      {"GET", core("configmaps"), ""},
      {"GET", core("configmaps/another-configmap"), ""},
      {"PATCH", core("configmaps/another-configmap"), "{}"},
      {"DELETE", core("configmaps/" + config_map), ""},
      {"POST", core("configmaps"), config_map_yaml("third")},
      {"PATCH", pod + "/status", R"({"status":{"phase":"Failed"}})"},
      {"DELETE", pod, ""},
      {"POST", core("pods"), pod_yaml(shape, 9, "", PodPhase::unscheduled)},
      {"POST", pod + "/exec?command=id&container=cassandra", ""},
      {"GET", pod + "/log", ""},
      {"PATCH", set, R"({"spec":{"replicas":0}})"},
      {"DELETE", set, ""},
      {"PATCH", role, R"({"rules":[]})"},
      {"POST", core("serviceaccounts/demo-maintenance-agent/token"),
       "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {}}"},
      {"GET", group("events.k8s.io/v1", "events"), ""},
      {"DELETE", core("events/x"), ""},
      {"GET", "/api/v1/namespaces/default/pods", ""},
      {"GET", "/api/v1/pods", ""},
      {"GET", "/api/v1/nodes", ""},
  };
  RawApi agent(*as_agent);
  for (const Attempt& attempt : attempts) {
    const bool patch = attempt.method == "PATCH";
    const http::Response answer =
        agent.send(attempt.method, attempt.path, attempt.body,
                   patch ? "application/merge-patch+json" : "application/yaml");
    BOOST_TEST(answer.status == 403,
               attempt.method << " " << attempt.path << ": " << answer.status << answer.body);
  }
  BOOST_TEST(!terminating(shape.pod(0)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
