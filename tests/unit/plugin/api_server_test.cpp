#include "plugin/tunnel/api_server.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/certificates.h"
#include "tests/support/check.h"
#include "tests/support/scripted_server.h"
#include "tests/unit/plugin/fakes.h"

using namespace maintenance;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

const http::Request list{"GET", "/api/v1/namespaces/ns/pods", {}, ""};

std::string kept(int status, const std::string& body = "{}") {
  return http_answer(status, body, "application/json", "Connection: keep-alive\r\n");
}

/// 200 for whoever has this token, 401 for everybody else; as often as it is asked.
Script accepting(const std::string& token) {
  const step::Reply reply{[token](const std::string& request) {
    return kept(contains(request, "Authorization: Bearer " + token + "\r\n") ? 200 : 401);
  }};
  return {reply, reply, reply, reply, step::Hold{}};
}

plugin::ProgramEnd token(const std::string& text) {
  return {0, R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)"
             R"({"token":")" +
                 text + "\"}}"};
}

/// A TLS server, and the plugin's side of it.
struct Stage {
  Authority authority{"ca"};
  http::Watchdog watchdog;
  std::ostringstream said;
  plugin::Trace trace{said, 9};
  SystemClock clock;
  FakePrograms programs;
  FakeTerminal terminal;

  [[nodiscard]] plugin::LoadedAccess access(const std::string& url) const {
    plugin::LoadedAccess loaded;
    auto endpoint = http::parse_endpoint(url);
    REQUIRE_OK(endpoint);
    loaded.access.endpoint = *endpoint;
    loaded.access.endpoint.tls_settings.ca_pem = authority.pem();
    loaded.access.namespace_name = "ns";
    loaded.context_name = "dev";
    loaded.user_name = "me";
    return loaded;
  }
  [[nodiscard]] Poco::Net::Context::Ptr tls(const std::string& names = "IP:127.0.0.1") const {
    return server_context(authority.issue("server", names));
  }
  [[nodiscard]] Result<http::Response> ask(const plugin::LoadedAccess& loaded,
                                           std::chrono::milliseconds limit = 10s) {
    plugin::Credentials credentials(loaded, {clock, programs, terminal});
    plugin::ApiServer api(credentials, watchdog, trace, {{"Kubectl-Command", "kubectl x"}});
    return api.send(list, std::chrono::steady_clock::now() + limit);
  }
  static void use_exec(plugin::LoadedAccess& loaded) {
    loaded.exec.emplace();
    loaded.exec->api_version = "client.authentication.k8s.io/v1";
    loaded.exec->command = "login";
    loaded.exec->interactive_mode = "Never";
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_server_test, Stage)

BOOST_AUTO_TEST_CASE(every_request_says_who_we_are) {
  ScriptedServer server({}, accepting("t"), tls());
  auto loaded = access(server.url());
  loaded.access.token = "t";
  loaded.as = {"joe", "", {"g1", "g2"}, {}};
  const auto answer = ask(loaded);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 200);
  const std::string request = server.received(0);
  for (const char* header :
       {"User-Agent: kubectl-maintenance/", "Kubectl-Command: kubectl x\r\n",
        "Impersonate-User: joe\r\n", "Impersonate-Group: g1\r\n", "Impersonate-Group: g2\r\n"}) {
    BOOST_TEST(contains(request, header), request);
  }
}

BOOST_AUTO_TEST_CASE(an_upgrade_says_who_we_are_too) {
  ScriptedServer server({}, accepting("t"), tls());
  auto loaded = access(server.url());
  loaded.access.token = "t";
  loaded.as.user = "joe";
  plugin::Credentials credentials(loaded, {clock, programs, terminal});
  plugin::ApiServer api(credentials, watchdog, trace);
  const auto answer = api.upgrade(list, std::chrono::steady_clock::now() + 10s);
  REQUIRE_OK(answer);
  BOOST_TEST(contains(server.received(0), "Impersonate-User: joe\r\n"));
  BOOST_TEST(contains(server.received(0), "Authorization: Bearer t\r\n"));
}

BOOST_AUTO_TEST_CASE(headers_are_shown_without_what_logs_in) {
  ScriptedServer server({}, accepting("s3cret"), tls());
  auto loaded = access(server.url());
  loaded.access.token = "s3cret";
  REQUIRE_OK(ask(loaded));
  BOOST_TEST(contains(said.str(), "> Authorization: Bearer <masked>\n"), said.str());
  BOOST_TEST(contains(said.str(), "GET /api/v1/namespaces/ns/pods 200 in "), said.str());
  BOOST_TEST(contains(said.str(), "< Content-Type: application/json\n"), said.str());
  BOOST_TEST(!contains(said.str(), "s3cret"));
}

BOOST_AUTO_TEST_CASE(credentials_that_are_not_accepted_any_more_are_renewed_once) {
  ScriptedServer server({}, accepting("new"), tls());
  auto loaded = access(server.url());
  use_exec(loaded);
  programs.ends = {token("old"), token("new")};
  const auto answer = ask(loaded);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(programs.started.size() == 2U);
  // The old connection was the old caller's.
  BOOST_TEST(server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(credentials_that_are_never_accepted_are_not_asked_for_again_and_again) {
  ScriptedServer server({}, accepting("other"), tls());
  auto loaded = access(server.url());
  use_exec(loaded);
  programs.ends = {token("old")};
  const auto answer = ask(loaded);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 401);
  BOOST_TEST(programs.started.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_plugin_that_fails_reaches_no_server) {
  ScriptedServer server({}, accepting("t"), tls());
  auto loaded = access(server.url());
  use_exec(loaded);
  programs.ends = {plugin::ProgramEnd{3, ""}};
  const Error failure = failure_of(ask(loaded));
  BOOST_TEST(failure.kind == ErrorKind::unauthorized);
  BOOST_TEST(contains(failure.message(), "exit code 3"), failure.message());
  BOOST_TEST(server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_in_the_way_is_one_sentence_with_the_contexts_name) {
  const Authority other("other");
  struct Row {
    const char* name;
    Script script;
    Poco::Net::Context::Ptr tls;
    const char* says;
  };
  const std::vector<Row> rows{
      {"an authority that we do not know", accepting("t"),
       server_context(other.issue("server", "IP:127.0.0.1")),
       "its certificate is not one that certificate-authority of the kubeconfig vouches for"},
      {"another name", accepting("t"), tls("DNS:elsewhere"),
       "its certificate is not one that certificate-authority of the kubeconfig vouches for"},
      {"no TLS",
       {step::Send{"HTTP/1.1 400 Bad Request\r\n\r\n"}, step::Close{}},
       {},
       "it does not speak TLS"},
      {"hangs up", {step::Close{}}, {}, ""},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.name) {
      ScriptedServer server({}, row.script, row.tls);
      const Error failure =
          failure_of(ask(access("https://127.0.0.1:" + std::to_string(server.port()))));
      BOOST_TEST(failure.kind == ErrorKind::unreachable);
      BOOST_TEST(
          contains(failure.message(),
                   "unable to reach the API server of context \"dev\" at https://127.0.0.1:"),
          failure.message());
      BOOST_TEST(contains(failure.message(), row.says), failure.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_proxy_in_the_way_is_named) {
  Stage stage;
  plugin::LoadedAccess loaded = stage.access("https://127.0.0.1:6443");
  loaded.access.endpoint.proxy.emplace();
  loaded.access.endpoint.proxy->host = "127.0.0.1";
  loaded.access.endpoint.proxy->port = 1;
  loaded.access.endpoint.proxy->origin = "HTTPS_PROXY";
  BOOST_TEST(
      failure_of(stage.ask(loaded)).message() ==
      "unable to reach the API server of context \"dev\" at https://127.0.0.1:6443: connecting "
      "by the proxy http://127.0.0.1:1 (HTTPS_PROXY): connection refused");
}

BOOST_AUTO_TEST_CASE(a_server_that_cannot_be_found_or_does_not_answer) {
  const Error name = failure_of(ask(access("https://no-such-host.invalid")));
  BOOST_TEST(contains(name.message(), "no such host \"no-such-host.invalid\""), name.message());
  const Error port = failure_of(ask(access("https://127.0.0.1:1")));
  BOOST_TEST(contains(port.message(), "connection refused"), port.message());
  ScriptedServer silent({}, {step::Hold{}});
  const Error late =
      failure_of(ask(access("https://127.0.0.1:" + std::to_string(silent.port())), 300ms));
  BOOST_TEST(contains(late.message(), "no TLS handshake in time"), late.message());
  for (const Error& failure : {name, port, late})
    BOOST_TEST(failure.kind == ErrorKind::unreachable);
}

BOOST_AUTO_TEST_SUITE_END()
