// The real plugin program against a real API server without any kubelet: everything up to the
// tunnel, and what a person is told when the tunnel cannot be.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "common/text/base64.h"
#include "common/text/file.h"
#include "plugin/kubeconfig/load.h"
#include "tests/cluster/support/program.h"
#include "tests/cluster/support/service_account.h"
#include "tests/cluster/support/stage.h"

namespace maintenance::testing {
namespace {

/// A pod that discovery takes for the agent of `instance`.
std::string agent_pod_yaml(const std::string& name, const std::string& instance,
                           const std::string& node_name) {
  const std::string node = node_name.empty() ? std::string() : ", nodeName: " + node_name;
  return "{apiVersion: v1, kind: Pod, metadata: {name: " + name +
         ", labels: {app.kubernetes.io/name: maintenance-agent, cassandra-cluster-component: "
         "prober, cassandra-cluster-instance: " +
         instance + "}}, spec: {containers: [{name: agent, image: none}]" + node + "}}";
}

/// A node of this machine on which nothing listens. Nodes belong to no namespace, so it takes the
/// stage's unique name and disappears with its owner.
class NodeWithoutKubelet {
 public:
  explicit NodeWithoutKubelet(Stage& stage) : stage_(stage), name_(stage.namespace_name()) {
    stage_.api().create("/api/v1/nodes",
                        "{apiVersion: v1, kind: Node, metadata: {name: " + name_ + "}}");
    stage_.api().patch("/api/v1/nodes/" + name_ + "/status",
                       R"({"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],)"
                       R"("daemonEndpoints":{"kubeletEndpoint":{"Port":1}}}})");
  }
  ~NodeWithoutKubelet() {
    try {
      stage_.api().destroy("/api/v1/nodes/" + name_);
    } catch (const std::exception& failure) {
      BOOST_ERROR("the node stays: " << failure.what());
    }
  }
  NodeWithoutKubelet(const NodeWithoutKubelet&) = delete;
  NodeWithoutKubelet& operator=(const NodeWithoutKubelet&) = delete;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  Stage& stage_;
  std::string name_;
};

struct PluginStage : Stage {
  TempFolder folder;

  /// Runs the plugin with the cluster's kubeconfig, unless `kubeconfig` names another.
  Finished plugin(std::vector<std::string> words, const std::string& kubeconfig = {}) {
    words.insert(words.begin(), PLUGIN_PROGRAM);
    words.push_back("-n");
    words.push_back(namespace_name());
    return run_program(words,
                       {{"KUBECONFIG", kubeconfig.empty() ? cluster().kubeconfig : kubeconfig}});
  }

  /// Running and Ready on that node; Pending without one.
  void make_agent_pod(const std::string& name, const std::string& instance,
                      const std::string& node) {
    api().create(core("pods"), agent_pod_yaml(name, instance, node));
    if (node.empty()) return;
    api().patch(
        core("pods/" + name + "/status"),
        R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})");
  }

  /// A kubeconfig whose user has nothing but a token.
  std::string token_kubeconfig(const std::string& token) {
    const http::Endpoint& server = cluster().admin.endpoint;
    return folder.write("kubeconfig",
                        "{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, "
                        "cluster: {server: '" +
                            server.url() + "', certificate-authority-data: " +
                            text::base64_encode(server.tls_settings.ca_pem) +
                            "}}], users: [{name: u, user: {token: '" + token +
                            "'}}], contexts: [{name: c, context: {cluster: c, user: u}}]}");
  }
};

/// One "error: …" line for people, and nothing that only a program would want.
void expect_one_error_line(const Finished& run, int exit_code) {
  BOOST_TEST(run.exit_code == exit_code, run.standard_output << run.standard_error);
  BOOST_TEST(run.standard_output == "");
  BOOST_TEST(run.standard_error.starts_with("error: "), run.standard_error);
  BOOST_TEST(std::count(run.standard_error.begin(), run.standard_error.end(), '\n') == 1,
             run.standard_error);
}

/// What a person would paste: the text between <<'EOF' and EOF.
std::string heredoc_of(const std::string& text) {
  const std::string begin = "<<'EOF'\n";
  const auto from = text.find(begin);
  const auto to = text.find("\nEOF", from);
  BOOST_REQUIRE_MESSAGE(from != std::string::npos && to != std::string::npos, text);
  return text.substr(from + begin.size(), to + 1 - from - begin.size());
}

bool says(const Finished& run, const std::string& text) {
  return run.standard_error.find(text) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(plugin_test, PluginStage)

BOOST_AUTO_TEST_CASE(a_kubeconfig_leads_to_the_server_that_knows_us) {
  const auto loaded = plugin::load_access(
      {},
      [this](const std::string& name) {
        return name == "KUBECONFIG" ? cluster().kubeconfig : std::string();
      },
      text::read_file);
  BOOST_REQUIRE(loaded.ok());
  auto own_transport = transport_for(loaded->access, watchdog());
  kube::AuthorizedTransport authorized(own_transport, loaded->access, "cluster-tests/1");
  kube::Client own(authorized, clock(), namespace_name());
  const auto name = own.user_name();
  BOOST_REQUIRE(name.ok());
  BOOST_TEST(*name == "kubernetes-admin");
}

BOOST_AUTO_TEST_CASE(without_an_agent_it_says_where_it_looked) {
  const Finished run = plugin({"status"});
  expect_one_error_line(run, 6);
  BOOST_TEST(says(run, namespace_name()), run.standard_error);
}

BOOST_AUTO_TEST_CASE(an_agent_that_does_not_run_yet_is_unreachable) {
  make_agent_pod("agent-0", "demo", "");
  const Finished run = plugin({"status"});
  expect_one_error_line(run, 6);
  BOOST_TEST(says(run, "agent-0"), run.standard_error);
}

BOOST_AUTO_TEST_CASE(agents_of_two_clusters_are_named_and_not_guessed_between) {
  make_agent_pod("agent-a", "alpha", absent_node);
  make_agent_pod("agent-b", "beta", absent_node);
  const Finished run = plugin({"status"});
  expect_one_error_line(run, 1);
  BOOST_TEST(says(run, "alpha"), run.standard_error);
  BOOST_TEST(says(run, "beta"), run.standard_error);
  BOOST_TEST(says(run, "--instance"), run.standard_error);
  const Finished chosen = plugin({"status", "--instance", "beta"});
  expect_one_error_line(chosen, 6);
  BOOST_TEST(says(chosen, "agent-b"), chosen.standard_error);
}

BOOST_AUTO_TEST_CASE(a_node_whose_kubelet_is_away_is_one_sentence) {
  const NodeWithoutKubelet node(*this);
  make_agent_pod("agent-0", "demo", node.name());
  for (const std::vector<std::string>& words : {std::vector<std::string>{"status"},
                                                {"enable", "pod", "demo-cassandra-dc1-0", "--yes"},
                                                {"disable", "pod", "demo-cassandra-dc1-0"}}) {
    const Finished run = plugin(words);
    expect_one_error_line(run, 6);
    BOOST_TEST(says(run, "agent-0"), run.standard_error);
    BOOST_TEST(says(run, "connection refused"), run.standard_error);
  }
}

BOOST_AUTO_TEST_CASE(a_node_that_is_gone_does_not_make_the_pod_gone) {
  make_agent_pod("agent-0", "demo", absent_node);
  const Finished run = plugin({"status"});
  expect_one_error_line(run, 6);
  BOOST_TEST(says(run, "agent-0"), run.standard_error);
  BOOST_TEST(says(run, absent_node), run.standard_error);
}

BOOST_AUTO_TEST_CASE(an_agent_pod_without_a_node_is_one_sentence) {
  make_agent_pod("agent-0", "demo", "");
  api().patch(core("pods/agent-0/status"), R"({"status":{"phase":"Running"}})");
  const Finished run = plugin({"status"});
  expect_one_error_line(run, 6);
  BOOST_TEST(says(run, "agent-0"), run.standard_error);
}

BOOST_AUTO_TEST_CASE(who_may_not_is_told_what_is_missing_and_the_printed_role_helps) {
  make_agent_pod("agent-0", "demo", absent_node);
  const std::string token = service_account_token(*this, "powerless");
  for (const std::string way : {"tunnel", "proxy"}) {
    BOOST_TEST_CONTEXT(way) {
      const std::vector<std::string> words{"status", "--transport", way};
      const Finished before = plugin(words, token_kubeconfig(token));
      BOOST_TEST(before.exit_code == 5, before.standard_error);
      BOOST_TEST(before.standard_error.starts_with("error: user \"system:serviceaccount:" +
                                                   namespace_name() + ":powerless\" may not "),
                 before.standard_error);
      BOOST_TEST(says(before, way == "proxy" ? "get pods/proxy" : "create pods/portforward"));
      BOOST_TEST(!says(before, token));
      const std::string file = folder.write("role.yaml", heredoc_of(before.standard_error));
      const Finished applied = run_program({cluster().kubectl, "apply", "-f", file},
                                           {{"KUBECONFIG", cluster().kubeconfig}});
      BOOST_REQUIRE_MESSAGE(applied.exit_code == 0, applied.standard_error);
      // Now it gets as far as anybody without a kubelet: to the pod that cannot be reached.
      const Finished after = plugin(words, token_kubeconfig(token));
      expect_one_error_line(after, 6);
      BOOST_TEST(says(after, "agent-0"), after.standard_error);
    }
  }
}

BOOST_AUTO_TEST_CASE(who_is_nobody_is_told_to_log_in) {
  const Finished run = plugin({"status"}, token_kubeconfig("not-a-token"));
  expect_one_error_line(run, 5);
  BOOST_TEST(says(run, "logged in"), run.standard_error);
  BOOST_TEST(!says(run, "not-a-token"));
}

BOOST_AUTO_TEST_CASE(an_api_server_that_is_away_is_unreachable) {
  const Finished run = plugin({"status", "--server", "https://127.0.0.1:1"});
  expect_one_error_line(run, 6);
  BOOST_TEST(says(run, "https://127.0.0.1:1"), run.standard_error);
}

BOOST_AUTO_TEST_CASE(names_that_are_no_names_reach_no_server) {
  for (const std::string& name : {std::string("UPPER"), std::string("a/b"), std::string("a%2fb"),
                                  std::string("a?b"), std::string(300, 'a')}) {
    const Finished run =
        plugin({"enable", "pod", name, "--yes", "--server", "https://127.0.0.1:1"});
    BOOST_TEST(run.exit_code == 2, name << ": " << run.standard_error);
    BOOST_TEST(run.standard_output == "");
  }
}

BOOST_AUTO_TEST_CASE(kubectl_finds_it_as_its_plugin) {
  const std::string path = std::filesystem::path(PLUGIN_PROGRAM).parent_path().string() + ":" +
                           std::filesystem::path(cluster().kubectl).parent_path().string() +
                           ":/usr/bin:/bin";
  const Finished run =
      run_program({cluster().kubectl, "maintenance", "version", "--client"}, {{"PATH", path}});
  BOOST_TEST(run.exit_code == 0, run.standard_error);
  BOOST_TEST(run.standard_output.find(MAINTENANCE_VERSION) != std::string::npos,
             run.standard_output);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
