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
  {name: proxied, cluster: {server: 'https://x', proxy-url: 'http://p'}},
  {name: both, cluster: {server: 'https://x', certificate-authority: /a,
                         certificate-authority-data: b}},
  {name: torn, cluster: {server: 'https://x', certificate-authority: /a,
                         insecure-skip-tls-verify: true}}],
users: [
  {name: u1, user: {token: t1}},
  {name: u2, user: {client-certificate: /c, client-key: /k, tokenFile: /t}},
  {name: cloud, user: {exec: {command: x}}},
  {name: old, user: {auth-provider: {name: gcp}}},
  {name: basic, user: {username: a, password: b}},
  {name: actor, user: {token: t, as: root}},
  {name: keyless, user: {client-certificate: /c}},
  {name: certless, user: {client-key: /k}},
  {name: twice, user: {client-certificate: /c, client-certificate-data: x, client-key: /k}}],
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
    {{.cluster = "proxied"}, "cluster \"proxied\": proxy-url is not supported yet"},
    {{.cluster = "both"}, "are both set"},
    {{.cluster = "torn"}, "insecure-skip-tls-verify and a certificate authority"},
    {{.user = "cloud"}, "user \"cloud\": exec is not supported yet by this version"},
    {{.user = "old"}, "user \"old\": auth-provider is not supported yet by this version"},
    {{.user = "basic"}, "user \"basic\": username is not supported yet by this version"},
    {{.user = "actor"}, "user \"actor\": as is not supported yet by this version"},
    {{.user = "actor", .token = "x"}, "user \"actor\": as is not supported yet"},
    {{.user = "keyless"}, "user \"keyless\": client-key is missing"},
    {{.user = "certless"}, "user \"certless\": client-certificate is missing"},
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

BOOST_AUTO_TEST_CASE(a_token_flag_takes_the_place_of_other_ways_to_log_in) {
  BOOST_TEST(selected({.user = "u2", .token = "mine"}).user.token == "mine");
  BOOST_TEST(selected({.user = "u2", .token = "mine"}).user.token_file == "");
  BOOST_TEST(selected({.user = "cloud", .token = "mine"}).user.token == "mine");
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
