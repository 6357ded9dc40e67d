#include "common/kube/access.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/support/check.h"
#include "tests/support/scripted_transport.h"
#include "tests/support/temp_folder.h"

using maintenance::Deadline;
using maintenance::ErrorKind;
using maintenance::http::find_header;
using maintenance::http::Request;
using maintenance::kube::Access;
using maintenance::kube::authorization_headers;
using maintenance::kube::AuthorizedTransport;
using maintenance::kube::Environment;
using maintenance::kube::in_cluster_access;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
using maintenance::testing::json_answer;
using maintenance::testing::kind_of;
using maintenance::testing::ScriptedTransport;
using maintenance::testing::TempFolder;

namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

Variables in_pod() {
  return {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
}

/// What the kubelet mounts into a pod.
void fill(const TempFolder& folder) {
  folder.write("ca.crt", "CA");
  folder.write("token", "t-1\n");
  folder.write("namespace", "cassandra\n");
}

Access with_token(const std::string& token) {
  Access access;
  access.endpoint.host = "api.example";
  access.token = token;
  return access;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(access_test)

BOOST_AUTO_TEST_CASE(a_pod_finds_its_api_server) {
  const TempFolder folder;
  fill(folder);
  const auto access = in_cluster_access(environment(in_pod()), folder.path().string());
  REQUIRE_OK(access);
  BOOST_TEST(access->endpoint.url() == "https://10.96.0.1:443");
  BOOST_TEST(access->endpoint.tls_settings.ca_pem == "CA");
  BOOST_TEST(!access->endpoint.tls_settings.insecure_skip_verify);
  BOOST_TEST(access->namespace_name == "cassandra");
  BOOST_TEST(access->token_file == folder.file("token"));
}

BOOST_AUTO_TEST_CASE(an_ipv6_service_address_gets_its_brackets) {
  const TempFolder folder;
  fill(folder);
  Variables variables = in_pod();
  variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  const auto access = in_cluster_access(environment(variables), folder.path().string());
  REQUIRE_OK(access);
  BOOST_TEST(access->endpoint.url() == "https://[fd00::1]:443");
}

BOOST_AUTO_TEST_CASE(the_namespace_of_the_environment_counts_more_than_the_file) {
  const TempFolder folder;
  fill(folder);
  Variables variables = in_pod();
  variables["POD_NAMESPACE"] = "other";
  const auto access = in_cluster_access(environment(variables), folder.path().string());
  REQUIRE_OK(access);
  BOOST_TEST(access->namespace_name == "other");
}

BOOST_AUTO_TEST_CASE(what_is_missing_in_a_pod_is_named) {
  struct Row {
    std::string variable;
    std::string value;
    std::string named;
  };
  const std::vector<Row> rows{
      {"KUBERNETES_SERVICE_HOST", "", "KUBERNETES_SERVICE_HOST"},
      {"KUBERNETES_SERVICE_PORT", "", "KUBERNETES_SERVICE_PORT"},
      {"KUBERNETES_SERVICE_PORT", "0", "KUBERNETES_SERVICE_PORT"},
      {"KUBERNETES_SERVICE_PORT", "65536", "KUBERNETES_SERVICE_PORT"},
      {"KUBERNETES_SERVICE_PORT", "443x", "KUBERNETES_SERVICE_PORT"},
      {"KUBERNETES_SERVICE_PORT", "tcp://10.0.0.1:443", "KUBERNETES_SERVICE_PORT"},
      {"POD_NAMESPACE", "a/b", "namespace name"},
      {"POD_NAMESPACE", "../kube-system", "namespace name"},
  };
  const TempFolder folder;
  fill(folder);
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.variable << "=" << row.value) {
      Variables variables = in_pod();
      variables[row.variable] = row.value;
      const auto failure =
          failure_of(in_cluster_access(environment(variables), folder.path().string()));
      BOOST_TEST(failure.kind == ErrorKind::invalid);
      BOOST_TEST(contains(failure.message(), row.named));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_missing_service_account_is_named) {
  const TempFolder folder;
  const auto failure = failure_of(in_cluster_access(environment(in_pod()), folder.path().string()));
  BOOST_TEST(contains(failure.message(), folder.file("ca.crt")));
}

BOOST_AUTO_TEST_CASE(a_token_becomes_a_bearer_header) {
  const auto headers = authorization_headers(with_token("abc"));
  REQUIRE_OK(headers);
  BOOST_TEST(find_header(*headers, "authorization") == "Bearer abc");
}

BOOST_AUTO_TEST_CASE(without_a_token_nothing_is_said) {
  const auto headers = authorization_headers(with_token(""));
  REQUIRE_OK(headers);
  BOOST_TEST(headers->empty());
}

BOOST_AUTO_TEST_CASE(a_token_never_travels_in_the_clear) {
  Access access = with_token("abc");
  access.endpoint.tls = false;
  const auto failure = failure_of(authorization_headers(access));
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(!contains(failure.message(), "abc"));
}

BOOST_AUTO_TEST_CASE(a_token_that_could_break_a_header_is_refused_and_not_shown) {
  for (const std::string token : {"se\r\ncret", "se cret", "se\tcret",
                                  "se\x7f"
                                  "cret",
                                  "se\xc3\xa9"}) {
    const auto failure = failure_of(authorization_headers(with_token(token)));
    BOOST_TEST(failure.kind == ErrorKind::invalid);
    BOOST_TEST(!contains(failure.message(), "se"));
  }
}

BOOST_AUTO_TEST_CASE(an_empty_or_missing_token_file_is_a_failure_never_an_anonymous_request) {
  const TempFolder folder;
  Access access = with_token("fallback");
  access.token_file = folder.write("token", " \n");
  BOOST_TEST(kind_of(authorization_headers(access)) == ErrorKind::invalid);
  access.token_file = folder.file("absent");
  BOOST_TEST(kind_of(authorization_headers(access)) == ErrorKind::not_found);
}

BOOST_AUTO_TEST_CASE(each_request_carries_the_token_that_the_file_holds_now) {
  const TempFolder folder;
  Access access = with_token("");
  access.token_file = folder.write("token", "first\n");
  ScriptedTransport inner([](const Request&) { return json_answer(200, "{}"); });
  AuthorizedTransport transport(inner, access, "agent/1");
  REQUIRE_OK(transport.send(Request{}, Deadline{}));
  folder.write("token", "second\n");
  REQUIRE_OK(transport.send(Request{}, Deadline{}));
  const auto requests = inner.requests();
  BOOST_TEST(find_header(requests.at(0).headers, "Authorization") == "Bearer first");
  BOOST_TEST(find_header(requests.at(1).headers, "Authorization") == "Bearer second");
  BOOST_TEST(find_header(requests.at(1).headers, "User-Agent") == "agent/1");
}

BOOST_AUTO_TEST_CASE(a_request_whose_credentials_fail_is_never_sent) {
  ScriptedTransport inner;
  Access access = with_token("");
  access.token_file = "/nowhere/token";
  AuthorizedTransport transport(inner, access, "agent/1");
  BOOST_TEST(!transport.send(Request{}, Deadline{}).ok());
  BOOST_TEST(inner.requests().empty());
}

BOOST_AUTO_TEST_CASE(method_target_body_and_deadline_pass_unchanged) {
  ScriptedTransport inner;
  inner.then(json_answer(201, "{}"));
  AuthorizedTransport transport(inner, with_token("abc"), "agent/1");
  const Deadline deadline = Deadline{} + std::chrono::seconds(7);
  REQUIRE_OK(transport.send(Request{"POST", "/a?b", {{"X-One", "1"}}, "body"}, deadline));
  const Request sent = inner.requests().at(0);
  BOOST_TEST(sent.method == "POST");
  BOOST_TEST(sent.target == "/a?b");
  BOOST_TEST(sent.body == "body");
  BOOST_TEST(find_header(sent.headers, "X-One") == "1");
  BOOST_TEST((inner.deadlines().at(0) == deadline));
}

BOOST_AUTO_TEST_SUITE_END()
