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
    {"clusters: [{cluster: {server: x}}]", "an entry of clusters has no name"},
    {"contexts: [text]", "an entry of contexts has no name"},
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
  BOOST_TEST(user.unsupported.empty());
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

BOOST_AUTO_TEST_CASE(fields_of_later_versions_are_remembered) {
  const Kubeconfig config = parsed(
      "users: [{name: a, user: {exec: {command: x}}}, {name: b, user: {auth-provider: {name: "
      "gcp}}}, "
      "{name: c, user: {username: x, password: y}}, {name: d, user: {as: root}}, "
      "{name: e, user: {exec: null, username: ''}}]",
      "f");
  const auto fields = [&](std::size_t i) { return config.users[i].unsupported; };
  BOOST_TEST(fields(0).front() == "exec");
  BOOST_TEST(fields(1).front() == "auth-provider");
  BOOST_TEST(fields(2).size() == 2U);
  BOOST_TEST(fields(3).front() == "as");
  BOOST_TEST(fields(4).empty());
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
