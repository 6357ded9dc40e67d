#include "plugin/credentials/exec_credential.h"

#include <boost/test/unit_test.hpp>

#include "common/text/base64.h"
#include "common/text/json.h"
#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using maintenance::testing::contains;
using maintenance::testing::failure_of;

namespace {

const std::string v1 = "client.authentication.k8s.io/v1";
const std::string v1beta1 = "client.authentication.k8s.io/v1beta1";

std::string output(const std::string& status, const std::string& version = v1) {
  return R"({"kind":"ExecCredential","apiVersion":")" + version + R"(","spec":{},"status":)" +
         status + "}";
}

struct Bad {
  std::string text;
  const char* says;
};
const std::vector<Bad> bad{
    {"", "not JSON"},
    {"s3cret", "not JSON"},
    {"[]", "not JSON"},
    {output("{}") + "x", "not JSON"},
    {R"({"kind":"Secret","apiVersion":"v1","status":{"token":"s3cret"}})", "no ExecCredential"},
    {output(R"({"token":"s3cret"})", v1beta1), "apiVersion is not "},
    {R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})", "no status"},
    {output("null"), "no status"},
    {output("{}"), "neither a token nor a client certificate"},
    {output(R"({"token":7})"), "neither a token nor a client certificate"},
    {output(R"({"clientCertificateData":"s3cret"})"), "only useful together"},
    {output(R"({"token":"t","clientKeyData":"s3cret"})"), "only useful together"},
    {output(R"({"token":"s3cret","expirationTimestamp":"tomorrow"})"), "expirationTimestamp"},
};

LoadedAccess access(bool with_cluster) {
  LoadedAccess out;
  out.exec.emplace();
  out.exec->api_version = v1;
  out.exec->provide_cluster_info = with_cluster;
  out.access.endpoint.host = "api";
  out.access.endpoint.tls_settings.ca_pem = "CA";
  out.server = "https://api:6443/prefix";
  return out;
}

text::JsonView parsed(const std::string& json) {
  const auto object = text::parse_json_object(json, "reading");
  REQUIRE_OK(object);
  return text::JsonView(*object);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exec_credential_test)

BOOST_AUTO_TEST_CASE(a_token_a_certificate_or_both) {
  const auto token = parse_exec_credential(output(R"({"token":"t"})"), v1);
  REQUIRE_OK(token);
  BOOST_TEST(token->token == "t");
  BOOST_TEST(!token->expires.has_value());
  const auto both = parse_exec_credential(
      output(R"({"token":"t","clientCertificateData":"c","clientKeyData":"k",)"
             R"("expirationTimestamp":"2026-01-01T00:00:00+01:00"})",
             v1beta1),
      v1beta1);
  REQUIRE_OK(both);
  BOOST_TEST(both->client_cert_pem == "c");
  BOOST_TEST(both->client_key_pem == "k");
  BOOST_TEST(text::format_timestamp(*both->expires) == "2025-12-31T23:00:00Z");
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused_without_repeating_it) {
  for (const Bad& row : bad) {
    BOOST_TEST_CONTEXT(row.says) {
      const Error failure = failure_of(parse_exec_credential(row.text, v1));
      BOOST_TEST(failure.kind == ErrorKind::protocol);
      BOOST_TEST(contains(failure.message(), row.says), failure.message());
      BOOST_TEST(!contains(failure.message(), "s3cret"), failure.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_plugin_is_told_whether_it_may_ask) {
  for (const bool interactive : {true, false}) {
    const auto info = parsed(exec_info(access(false), interactive));
    BOOST_TEST(info.text("kind") == "ExecCredential");
    BOOST_TEST(info.text("apiVersion") == v1);
    BOOST_TEST(info.object("spec").flag("interactive") == interactive);
    BOOST_TEST(!info.object("spec").has("cluster"));
  }
}

BOOST_AUTO_TEST_CASE(the_plugin_is_told_about_the_cluster_when_the_entry_says_so) {
  LoadedAccess loaded = access(true);
  const auto plain = parsed(exec_info(loaded, false)).object("spec").object("cluster");
  BOOST_TEST(plain.text("server") == "https://api:6443/prefix");
  BOOST_TEST(plain.text("certificate-authority-data") == text::base64_encode("CA"));
  for (const char* absent : {"tls-server-name", "insecure-skip-tls-verify", "proxy-url",
                             "disable-compression", "config"}) {
    BOOST_TEST(!plain.has(absent), absent);
  }
  loaded.access.endpoint.tls_settings.server_name = "named";
  loaded.access.endpoint.tls_settings.insecure_skip_verify = true;
  loaded.proxy_url = "http://proxy:1";
  loaded.disable_compression = true;
  loaded.exec_extension_json = R"({"audience":"x","number":1})";
  const auto full = parsed(exec_info(loaded, false)).object("spec").object("cluster");
  BOOST_TEST(full.text("tls-server-name") == "named");
  BOOST_TEST(full.flag("insecure-skip-tls-verify"));
  BOOST_TEST(full.text("proxy-url") == "http://proxy:1");
  BOOST_TEST(full.flag("disable-compression"));
  BOOST_TEST(full.object("config").text("audience") == "x");
  BOOST_TEST(full.object("config").number("number") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
