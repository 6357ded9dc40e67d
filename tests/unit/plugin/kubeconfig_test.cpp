#include "plugin/kubeconfig/kubeconfig.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

const char* const whole = R"(
apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: c
  cluster:
    server: https://example:6443/prefix
    certificate-authority: pki/ca.crt
    tls-server-name: api
    insecure-skip-tls-verify: false
users:
- name: u
  user:
    client-certificate: /abs/client.crt
    client-key: ../client.key
    token: secret
    tokenFile: token
contexts:
- name: dev
  context: {cluster: c, user: u, namespace: ns}
)";

struct Bad {
  const char* text;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Bad& row) {
  return out << row.text;
}
const Bad bad[] = {
    {"[1, 2]", "its top level is not a map"},
    {"just text", "its top level is not a map"},
    {"clusters: {a: b}", "clusters must be a list"},
    {"users: text", "users must be a list"},
    {"contexts: [text]", "an entry of contexts is no map"},
    {"contexts: [{name: [x]}]", "an entry of contexts: name must be a text"},
    {"contexts: [{name: 1}]", "an entry of contexts: name must be a text; put it into quotes"},
    {"contexts: [{name: x, context: text}]", "an entry of contexts: context must be a map"},
    {"users: [{name: u, user: {token: 123}}]",
     "user \"u\": token must be a text; put it into quotes"},
    {"users: [{name: u, user: {token: yes}}]",
     "user \"u\": token must be a text; put it into quotes"},
    {"users: [{name: u, user: {exec: {args: [1]}}}]", "user \"u\": exec.args must be a text; put"},
    {"users: [{name: u, user: {exec: {env: [{name: 1}]}}}]", "user \"u\": exec.env.name must be"},
    {"users: [{name: u, user: {exec: text}}]", "user \"u\": exec must be a map"},
    {"users: [{name: u, user: {as-groups: g}}]", "user \"u\": as-groups must be a list of texts"},
    {"users: [{name: u, user: {client-key-data: '%'}}]",
     "user \"u\": client-key-data is not base64"},
    {"clusters: [{name: a, cluster: {insecure-skip-tls-verify: 'true'}}]", "must be true or false"},
    {"current-context: \"x", "a text in quotes has no end"},
    {"current-context: 'x\n", "a text in quotes has no end"},
    {"clusters: [{name: a}, {name: a}]", "cluster \"a\" is defined twice"},
    {"clusters: [{name: a, cluster: {server: [x]}}]", "cluster \"a\": server must be a text"},
    {"clusters: [{name: a, cluster: {insecure-skip-tls-verify: maybe}}]",
     "cluster \"a\": insecure-skip-tls-verify must be true or false"},
    {"users: [{name: b, user: {token: {x: y}}}]", "user \"b\": token must be a text"},
    {"current-context: [x]", "the file: current-context must be a text"},
    {"a: [", "not YAML"},
};

Kubeconfig parsed(const std::string& text, const std::string& file) {
  auto config = parse_kubeconfig(text, file);
  REQUIRE_OK(config);
  return std::move(*config);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kubeconfig_test)

BOOST_AUTO_TEST_CASE(reads_every_field) {
  const Kubeconfig config = parsed(whole, "/home/me/.kube/config");
  BOOST_TEST(config.current_context == "dev");
  BOOST_REQUIRE(config.clusters.size() == 1U);
  const ClusterEntry& cluster = config.clusters[0];
  BOOST_TEST(cluster.name == "c");
  BOOST_TEST(cluster.file == "/home/me/.kube/config");
  BOOST_TEST(cluster.server == "https://example:6443/prefix");
  BOOST_TEST(cluster.ca_file == "/home/me/.kube/pki/ca.crt");
  BOOST_TEST(cluster.tls_server_name == "api");
  BOOST_TEST(!cluster.insecure_skip_tls_verify);
  BOOST_REQUIRE(config.users.size() == 1U);
  const UserEntry& user = config.users[0];
  BOOST_TEST(user.client_certificate_file == "/abs/client.crt");
  BOOST_TEST(user.client_key_file == "/home/me/client.key");
  BOOST_TEST(user.token == "secret");
  BOOST_TEST(user.token_file == "/home/me/.kube/token");
  BOOST_REQUIRE(config.contexts.size() == 1U);
  BOOST_TEST(config.contexts[0].cluster == "c");
  BOOST_TEST(config.contexts[0].user == "u");
  BOOST_TEST(config.contexts[0].namespace_name == "ns");
}

BOOST_AUTO_TEST_CASE(names_relative_to_the_working_directory_stay_so) {
  const Kubeconfig config =
      parsed("clusters: [{name: c, cluster: {certificate-authority: ca.crt}}]", "config");
  BOOST_TEST(config.clusters[0].ca_file == "ca.crt");
}

BOOST_AUTO_TEST_CASE(reads_exec_plugins_and_what_they_are_told) {
  const Kubeconfig config = parsed(R"({
    clusters: [{name: c, cluster: {server: 'https://x', disable-compression: yes, extensions: [
      {name: other, extension: {a: 1}},
      {name: client.authentication.k8s.io/exec,
       extension: {audience: "1", number: 1, flag: true, list: [a, null]}}]}}],
    users: [{name: u, user: {exec: {
      apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: ["--x", "7"],
      env: [{name: A, value: b}, {name: C}], installHint: get it, interactiveMode: Never,
      provideClusterInfo: true}}},
     {name: word, user: {exec: {command: login}}}]})",
                                   "/home/me/.kube/config");
  BOOST_TEST(config.clusters[0].disable_compression);
  BOOST_TEST(config.clusters[0].exec_extension_json ==
             R"({"audience":"1","flag":true,"list":["a",null],"number":1})");
  const ExecPlugin& exec = *config.users[0].exec;
  BOOST_TEST(exec.api_version == "client.authentication.k8s.io/v1");
  BOOST_TEST(exec.command == "/home/me/.kube/bin/login");
  BOOST_TEST(exec.args == (std::vector<std::string>{"--x", "7"}), boost::test_tools::per_element());
  BOOST_REQUIRE(exec.env.size() == 2U);
  BOOST_TEST(exec.env[0].second == "b");
  BOOST_TEST(exec.env[1].first == "C");
  BOOST_TEST(exec.install_hint == "get it");
  BOOST_TEST(exec.interactive_mode == "Never");
  BOOST_TEST(exec.provide_cluster_info);
  const Kubeconfig here = parsed("users: [{name: u, user: {exec: {command: ./login}}}]", "config");
  BOOST_TEST(here.users[0].exec->command == "./login");
  // A bare word is looked up in PATH.
  BOOST_TEST(config.users[1].exec->command == "login");
}

BOOST_AUTO_TEST_CASE(reads_other_ways_to_log_in) {
  const Kubeconfig config = parsed(
      "users: [{name: a, user: {username: x, password: z}}, {name: b, user: {auth-provider: {name: "
      "gcp}}}, {name: c, user: {as: root, as-uid: u, as-groups: [g], as-user-extra: {k: [v, w]}}}, "
      "{name: d, user: {exec: null, username: ''}}]",
      "f");
  BOOST_TEST(config.users[0].username == "x");
  BOOST_TEST(config.users[0].password == "z");
  BOOST_TEST(config.users[1].auth_provider == "gcp");
  const Impersonation& as = config.users[2].as;
  BOOST_TEST(as.user == "root");
  BOOST_TEST(as.uid == "u");
  BOOST_TEST(as.groups.front() == "g");
  BOOST_TEST(as.extra.at("k").size() == 2U);
  BOOST_TEST(!config.users[3].exec.has_value());
}

BOOST_AUTO_TEST_CASE(the_last_of_equal_keys_counts) {
  const Kubeconfig config = parsed("current-context: a\ncurrent-context: b\n", "f");
  BOOST_TEST(config.current_context == "b");
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_an_empty_config) {
  BOOST_TEST(parsed("", "f").empty());
  BOOST_TEST(parsed("clusters:\nusers: []\ncontexts: null\n", "f").empty());
}

BOOST_DATA_TEST_CASE(errors_name_file_entry_and_field, boost::unit_test::data::make(bad), row) {
  const Error failure = testing::failure_of(parse_kubeconfig(row.text, "/k/config"));
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(testing::contains(failure.message(), "reading kubeconfig /k/config: "));
  BOOST_TEST(testing::contains(failure.message(), row.says), failure.message());
}

BOOST_AUTO_TEST_CASE(the_first_file_wins_whole_entries) {
  const Kubeconfig first = parsed(
      "clusters: [{name: c, cluster: {server: https://first}}]\ncurrent-context: ''", "/1/f");
  const Kubeconfig second = parsed(
      "clusters: [{name: c, cluster: {server: https://second, certificate-authority: x}}, "
      "{name: d, cluster: {server: https://d}}]\ncurrent-context: two",
      "/2/f");
  const Kubeconfig third = parsed("current-context: three", "/3/f");
  const Kubeconfig merged = merge({first, second, third});
  BOOST_TEST(merged.current_context == "two");
  BOOST_REQUIRE(merged.clusters.size() == 2U);
  BOOST_TEST(merged.clusters[0].server == "https://first");
  BOOST_TEST(merged.clusters[0].ca_file == "");  // fields are never mixed
  BOOST_TEST(merged.clusters[0].file == "/1/f");
  BOOST_TEST(merged.clusters[1].server == "https://d");
  BOOST_TEST(merge({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
