#include "plugin/program.h"

#include <boost/test/unit_test.hpp>

#include "common/text/base64.h"
#include "tests/support/certificates.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"
#include "tests/unit/plugin/tunnel_server.h"

using namespace maintenance;
using namespace maintenance::testing;

namespace {

/// The whole program, from words to bytes on the wire and back.
struct Stage : FakeIo {
  TempFolder folder;
  std::string kubeconfig;

  int run(const std::vector<std::string>& words) {
    return plugin::run_program(words, io, [this](const std::string& name) {
      return name == "KUBECONFIG" ? kubeconfig : std::string();
    });
  }
  void use(const ScriptedServer& server) {
    kubeconfig = folder.write(
        "config", "{current-context: dev, clusters: [{name: c, cluster: {server: '" + server.url() +
                      "'}}], users: [{name: u, user: {}}], contexts: [{name: dev, " +
                      "context: {cluster: c, user: u, namespace: cassandra}}]}");
  }
  void use_tls(const ScriptedServer& server, const std::string& ca, const Identity& client) {
    const auto data = [](const std::string& pem) { return text::base64_encode(pem); };
    kubeconfig = folder.write(
        "config", "{current-context: dev, clusters: [{name: c, cluster: {server: '" + server.url() +
                      "', certificate-authority-data: " + data(ca) +
                      "}}], users: [{name: u, user: {client-certificate-data: " +
                      data(client.cert_pem) + ", client-key-data: " + data(client.key_pem) +
                      "}}], contexts: [{name: dev, context: {cluster: c, user: u}}]}");
  }
};

std::string body_of(const Answer& answer) {
  return answer->body;
}

Script answering(const std::string& body) {
  return {switching(prefixes() + data_frame(agent_answer(body))), step::Hold{}};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(program_test, Stage)

BOOST_AUTO_TEST_CASE(help_goes_to_stdout) {
  BOOST_TEST(run({}) == 0);
  BOOST_TEST(contains(out.str(), "Available Commands:"));
  BOOST_TEST(err.str() == "");
}

BOOST_AUTO_TEST_CASE(usage_errors_are_2_and_reach_nothing) {
  BOOST_TEST(run({"enable", "pod", "A"}) == 2);
  BOOST_TEST(out.str() == "");
  BOOST_TEST(err.str() ==
             "error: pod name \"A\": a lowercase RFC 1123 subdomain must consist of lower case "
             "letters, digits, '-' or '.', start and end with a letter or digit, and have at most "
             "253 characters\n"
             "See 'kubectl maintenance enable -h' for help and examples\n");
}

BOOST_AUTO_TEST_CASE(the_name_that_we_are_called_by_asks_for_completions) {
  const char* const asked[] = {"/usr/bin/kubectl_complete-maintenance", "st", nullptr};
  BOOST_TEST(run(plugin::words_of(2, asked)) == 0);
  BOOST_TEST(contains(out.str(), "status\t"), out.str());
  BOOST_TEST(out.str().ends_with("\n:4\n"), out.str());
  const char* const called[] = {"kubectl-maintenance", "st", nullptr};
  BOOST_TEST(plugin::words_of(2, called) == std::vector<std::string>{"st"});
  BOOST_TEST(plugin::words_of(0, nullptr).empty());
}

BOOST_AUTO_TEST_CASE(completion_is_silent_without_a_cluster) {
  BOOST_TEST(run({"__complete", "enable", "pod", ""}) == 0);
  BOOST_TEST(out.str() == ":4\n");
  BOOST_TEST(err.str() == "");
}

BOOST_AUTO_TEST_CASE(our_own_version_needs_no_kubeconfig) {
  BOOST_TEST(run({"version", "--client"}) == 0);
  BOOST_TEST(out.str() == "Client Version: v" MAINTENANCE_VERSION "\n");
  BOOST_TEST(err.str() == "");
}

BOOST_AUTO_TEST_CASE(our_own_version_is_said_whatever_is_in_the_way) {
  BOOST_TEST(run({"version"}) == 1);
  BOOST_TEST(out.str() == "Client Version: v" MAINTENANCE_VERSION "\n");
  BOOST_TEST(contains(err.str(), "error: no kubeconfig was found"), err.str());
}

BOOST_AUTO_TEST_CASE(a_missing_kubeconfig_is_1) {
  BOOST_TEST(run({"status"}) == 1);
  BOOST_TEST(contains(err.str(), "error: no kubeconfig was found"), err.str());
}

BOOST_AUTO_TEST_CASE(status_is_one_list_and_one_tunnel) {
  Script script{listing()};
  for (Step& step :
       answering(body_of(status_report_answer({pod_report("a", State::held, Wish::in)})))) {
    script.push_back(std::move(step));
  }
  const ScriptedServer server({script});
  use(server);
  BOOST_TEST(run({"status", "-o", "name"}) == 0);
  BOOST_TEST(out.str() == "pod/a\n");
  BOOST_TEST(err.str() == "");
  BOOST_TEST(server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(enable_asks_who_we_are_on_the_same_connection) {
  const step::Reply review{[](const std::string& request) {
    BOOST_TEST(contains(request, "POST /apis/authentication.k8s.io/v1/selfsubjectreviews"));
    return kept_answer(201, R"({"status":{"userInfo":{"username":"jane"}}})");
  }};
  Script first{listing(), review};
  for (Step& step : answering(body_of(pod_answer("a", State::entering, Wish::in, true)))) {
    first.push_back(std::move(step));
  }
  const ScriptedServer server({first, answering(body_of(pod_answer("a", State::held, Wish::in)))});
  use(server);
  BOOST_TEST(run({"enable", "pod/a", "--reason", "x"}) == 0);
  BOOST_TEST(out.str() == "pod/a held (since 2025-12-31T23:30:00Z)\n");
  BOOST_TEST(server.connections() == 2U);
  const std::string sent = server.received(0);
  BOOST_TEST(contains(unmasked(sent.substr(sent.rfind("\r\n\r\n") + 4), 0x2),
                      R"({"reason":"x","requestedBy":"jane"})"));
}

BOOST_AUTO_TEST_CASE(an_old_api_server_does_not_know_who_we_are) {
  const step::Reply unknown{
      [](const std::string&) { return kept_answer(404, R"({"kind":"Status","code":404})"); }};
  Script first{listing(), unknown};
  for (Step& step : answering(body_of(pod_answer("a", State::entering, Wish::in, true)))) {
    first.push_back(std::move(step));
  }
  const ScriptedServer server({first});
  use(server);
  BOOST_TEST(run({"enable", "pod/a", "--wait=false"}) == 0);
  BOOST_TEST(out.str() == "pod/a entering\n");
}

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_no_success) {
  out.setstate(std::ios::badbit);
  BOOST_TEST(run({"version", "--client"}) == 1);
  BOOST_TEST(contains(err.str(), "standard output cannot be written"));
}

BOOST_AUTO_TEST_CASE(a_token_is_never_sent_in_the_clear) {
  const ScriptedServer server({}, {listing()});
  use(server);
  (void)run({"status", "--token", "hunter2", "-v", "9"});
  BOOST_TEST(contains(server.received(0), "GET /api/v1/"));
  BOOST_TEST(!contains(server.received(0), "hunter2"));
  BOOST_TEST(!contains(err.str(), "hunter2"));
}

BOOST_AUTO_TEST_CASE(certificates_of_both_sides_are_checked) {
  const Authority authority("authority");
  const Identity client = authority.issue("me", "");
  const auto context = server_context(authority.issue("api", "IP:127.0.0.1"), authority.pem());
  Script script{listing()};
  for (Step& step : answering(body_of(status_report_answer({})))) {
    script.push_back(std::move(step));
  }
  const ScriptedServer server({script}, {}, context);
  use_tls(server, authority.pem(), client);
  BOOST_TEST(run({"status", "-o", "name"}) == 0);
  BOOST_TEST(err.str() == "");
  BOOST_TEST(server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(an_unknown_authority_is_unreachable) {
  const Authority authority("authority");
  const Authority other("other");
  const ScriptedServer server({}, {step::Hold{}},
                              server_context(authority.issue("api", "IP:127.0.0.1")));
  use_tls(server, other.pem(), authority.issue("me", ""));
  BOOST_TEST(run({"status"}) == 6);
  BOOST_TEST(contains(err.str(), "certificate-authority of the kubeconfig"), err.str());
}

BOOST_AUTO_TEST_CASE(useless_certificates_are_said_before_anything_is_sent) {
  const Authority authority("authority");
  const ScriptedServer server({}, {step::Hold{}},
                              server_context(authority.issue("api", "IP:127.0.0.1")));
  use_tls(server, "junk", authority.issue("me", ""));
  BOOST_TEST(run({"status"}) == 1);
  BOOST_TEST(err.str() ==
             "error: preparing TLS: certificate authority: holds no PEM certificate\n");
  BOOST_TEST(server.connections() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
