#include "plugin/kubeconfig/selection.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

// GCC 12 also warns of designated initializers, whose point is to leave members out.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

const char* const base = R"({
current-context: one,
clusters: [
  {name: c1, cluster: {server: 'https://one', tls-server-name: api.one,
                       certificate-authority: /ca}},
  {name: c2, cluster: {server: 'https://two', insecure-skip-tls-verify: true}},
  {name: bare, cluster: {}},
  {name: proxied, cluster: {server: 'https://x', proxy-url: 'ftp://p'}},
  {name: both, cluster: {server: 'https://x', certificate-authority: /a,
                         certificate-authority-data: YQ==}},
  {name: torn, cluster: {server: 'https://x', certificate-authority: /a,
                         insecure-skip-tls-verify: true}}],
users: [
  {name: u1, user: {token: t1}},
  {name: u2, user: {client-certificate: /c, client-key: /k, tokenFile: /t}},
  {name: cloud, user: {exec: {command: x}}},
  {name: old, user: {auth-provider: {name: gcp}}},
  {name: older, user: {auth-provider: {name: acme}}},
  {name: oldest, user: {auth-provider: {name: gcp}, exec: {command: x}}},
  {name: alpha, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}},
  {name: modeless, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}},
  {name: moody, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1,
                              interactiveMode: Maybe}}},
  {name: nameless, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1,
                                 interactiveMode: Never, env: [{value: v}]}}},
  {name: idle, user: {exec: {apiVersion: client.authentication.k8s.io/v1}}},
  {name: beta, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1}}},
  {name: groupie, user: {token: t, as-groups: [g]}},
  {name: basic, user: {username: a, password: b}},
  {name: actor, user: {token: t, as: root, as-groups: [g1], as-user-extra: {k: [v]}}},
  {name: keyless, user: {client-certificate: /c}},
  {name: certless, user: {client-key: /k}},
  {name: twice, user: {client-certificate: /c, client-certificate-data: YQ==, client-key: /k}}],
contexts: [
  {name: one, context: {cluster: c1, user: u1, namespace: ns1}},
  {name: two, context: {cluster: c2, user: u2}},
  {name: lost-cluster, context: {cluster: nowhere, user: u1}},
  {name: lost-user, context: {cluster: c1, user: nobody}},
  {name: bad-namespace, context: {cluster: c1, user: u1, namespace: A/B}}]
})";

Kubeconfig config() {
  auto parsed = parse_kubeconfig(base, "/k/config");
  REQUIRE_OK(parsed);
  return std::move(*parsed);
}

Selection selected(const Overrides& overrides) {
  auto selection = select(config(), overrides);
  REQUIRE_OK(selection);
  return std::move(*selection);
}

struct Bad {
  Overrides overrides;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Bad& row) {
  return out << row.says;
}
const std::vector<Bad> bad{
    {{.context = "x"}, "context \"x\" does not exist"},
    {{.cluster = "x"}, "cluster \"x\" does not exist"},
    {{.user = "x"}, "user \"x\" does not exist"},
    {{.context = "lost-cluster"}, "context \"lost-cluster\": its cluster \"nowhere\""},
    {{.context = "lost-user"}, "context \"lost-user\": its user \"nobody\""},
    {{.context = "bad-namespace"}, "namespace name \"A/B\""},
    {{.cluster = "bare"}, "cluster \"bare\": server is missing"},
    {{.cluster = "proxied"}, "cluster \"proxied\": proxy-url: it must start with http://"},
    {{.cluster = "both"}, "are both set"},
    {{.cluster = "torn"}, "insecure-skip-tls-verify and a certificate authority"},
    {{.user = "cloud"}, "user \"cloud\": exec.apiVersion is missing"},
    {{.user = "old"}, "auth-provider \"gcp\" is not supported; use the exec plugin gke-gcloud"},
    {{.user = "older"}, "auth-provider \"acme\" is not supported; use an exec plugin"},
    {{.user = "oldest"}, "user \"oldest\": exec and auth-provider are both set"},
    {{.user = "alpha"},
     "exec.apiVersion \"client.authentication.k8s.io/v1alpha1\" is not supported"},
    {{.user = "modeless"}, "user \"modeless\": exec.interactiveMode is missing"},
    {{.user = "moody"}, "exec.interactiveMode \"Maybe\" is none of Never, IfAvailable, Always"},
    {{.user = "nameless"}, "an entry of exec.env has no name"},
    {{.user = "idle"}, "user \"idle\": exec.command is missing"},
    {{.user = "basic", .token = "x"}, "a token as well as username and password"},
    {{.username = "x"}, "a token as well as username and password"},
    {{.user = "groupie"}, "user \"groupie\": as-uid, as-groups and as-user-extra need as"},
    {{.as_groups = {"g"}}, "as-uid, as-groups and as-user-extra need as"},
    {{.as = "x", .as_user_extra = {"key"}}, "--as-user-extra \"key\" is not KEY=VALUE"},
    {{.user = "keyless"}, "user \"keyless\": client-key is missing"},
    {{.user = "twice"}, "client-certificate and client-certificate-data are both set"},
    {{.certificate_authority = "/x", .insecure_skip_tls_verify = true}, "exclude each other"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(selection_test)

BOOST_AUTO_TEST_CASE(the_current_context_by_default) {
  const Selection selection = selected({});
  BOOST_TEST(selection.context_name == "one");
  BOOST_TEST(selection.cluster.server == "https://one");
  BOOST_TEST(selection.user.token == "t1");
  BOOST_TEST(selection.namespace_name == "ns1");
}

BOOST_AUTO_TEST_CASE(flags_replace_halves) {
  const Selection other = selected({.context = "two"});
  BOOST_TEST(other.cluster.name == "c2");
  BOOST_TEST(other.user.name == "u2");
  BOOST_TEST(other.namespace_name == "default");
  const Selection mixed = selected({.cluster = "c2", .user = "u2", .namespace_name = "ns"});
  BOOST_TEST(mixed.context_name == "one");
  BOOST_TEST(mixed.cluster.name == "c2");
  BOOST_TEST(mixed.user.name == "u2");
  BOOST_TEST(mixed.namespace_name == "ns");
}

BOOST_AUTO_TEST_CASE(flags_say_as_whom) {
  BOOST_TEST(selected({.user = "basic", .username = "z"}).user.username == "z");
  BOOST_TEST(selected({.user = "basic", .username = "z"}).user.password == "b");
  BOOST_TEST(selected({.token = "x"}).user.token == "x");
  const UserEntry keyed = selected({.user = "u2", .client_certificate = "/f"}).user;
  BOOST_TEST(keyed.client_certificate_file == "/f");
  BOOST_TEST(keyed.client_key_file == "/k");
  BOOST_TEST(selected({.user = "actor"}).user.as.user == "root");
  const Impersonation as = selected({.user = "actor",
                                     .as = "joe",
                                     .as_uid = "1",
                                     .as_groups = {"g2", "g3"},
                                     .as_user_extra = {"k=v=w", "k=x"}})
                               .user.as;
  BOOST_TEST(as.user == "joe");
  BOOST_TEST(as.uid == "1");
  BOOST_TEST(as.groups == (std::vector<std::string>{"g2", "g3"}), boost::test_tools::per_element());
  BOOST_TEST(as.extra.at("k") == (std::vector<std::string>{"v=w", "x"}),
             boost::test_tools::per_element());
  // What only v1 wants is no mistake in v1beta1, nor is a key without a certificate.
  REQUIRE_OK(select(config(), {.user = "beta"}));
  REQUIRE_OK(select(config(), {.user = "certless"}));
}

BOOST_AUTO_TEST_CASE(another_server_loses_the_name_of_the_first) {
  BOOST_TEST(selected({}).cluster.tls_server_name == "api.one");
  BOOST_TEST(selected({.server = "https://other"}).cluster.tls_server_name == "");
  const Selection named = selected({.server = "https://other", .tls_server_name = "n"});
  BOOST_TEST(named.cluster.tls_server_name == "n");
  BOOST_TEST(named.cluster.server == "https://other");
}

BOOST_AUTO_TEST_CASE(trust_flags_replace_each_other) {
  const Selection insecure = selected({.insecure_skip_tls_verify = true});
  BOOST_TEST(insecure.cluster.insecure_skip_tls_verify);
  BOOST_TEST(insecure.cluster.ca_file == "");
  const Selection secure = selected({.context = "two", .certificate_authority = "/mine"});
  BOOST_TEST(!secure.cluster.insecure_skip_tls_verify);
  BOOST_TEST(secure.cluster.ca_file == "/mine");
}

BOOST_AUTO_TEST_CASE(a_token_flag_replaces_the_token_and_nothing_else) {
  BOOST_TEST(selected({.user = "u2", .token = "mine"}).user.token == "mine");
  BOOST_TEST(selected({.user = "u2", .token = "mine"}).user.token_file == "/t");
}

BOOST_AUTO_TEST_CASE(flags_alone_are_enough) {
  const auto selection = select(Kubeconfig{}, {.server = "http://127.0.0.1:8001"});
  REQUIRE_OK(selection);
  BOOST_TEST(selection->context_name == "");
  BOOST_TEST(selection->cluster.server == "http://127.0.0.1:8001");
  BOOST_TEST(testing::contains(testing::failure_of(select(Kubeconfig{}, {})).message(),
                               "no cluster is configured"));
}

BOOST_DATA_TEST_CASE(refusals_name_the_entry, boost::unit_test::data::make(bad), row) {
  const Error failure = testing::failure_of(select(config(), row.overrides));
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(testing::contains(failure.message(), row.says), failure.message());
}

BOOST_AUTO_TEST_SUITE_END()
