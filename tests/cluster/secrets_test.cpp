// Everything that agent and plugin say, at every verbosity and in good and bad times, searched for
// the tokens, passwords and keys that they were given.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <sstream>

#include "common/text/base64.h"
#include "common/text/file.h"
#include "tests/cluster/support/agent_process.h"
#include "tests/cluster/support/service_account.h"
#include "tests/support/certificates.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";
const SetShape dc;

/// Lines of a key that are shorter are no secret by themselves.
constexpr std::size_t key_line_min = 32;

/// What must be nowhere, and where it came from.
struct Secret {
  std::string name;
  std::string text;
};

struct SecretsStage : Stage {
  TempFolder folder;
  std::vector<Secret> secrets;
  Authority authority{"agent authority"};
  Identity server = authority.issue("agent", "IP:127.0.0.1");
  std::string said;  ///< everything by everybody

  SecretsStage() {
    make_config_map(config_map);
    make_dc(dc);
    plant_key("the agent's TLS key", server.key_pem);
    plant_key("the client key", cluster().admin.endpoint.tls_settings.client_key_pem);
  }

  std::string plant(const std::string& name, const std::string& text) {
    secrets.push_back({name, text});
    secrets.push_back({name + " in base64", text::base64_encode(text)});
    return text;
  }
  /// Of a JWT, what is in it and what makes it good.
  std::string plant_token(const std::string& name, const std::string& token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    BOOST_REQUIRE(second != std::string::npos);
    plant(name + ", claims", token.substr(first + 1, second - first - 1));
    plant(name + ", signature", token.substr(second + 1));
    return token;
  }
  void plant_key(const std::string& name, const std::string& pem) {
    plant(name, pem);
    std::istringstream lines(pem);
    for (std::string line; std::getline(lines, line);) {
      if (line.size() >= key_line_min && !line.starts_with("-----")) plant(name + ", line", line);
    }
  }
  void note(const Finished& run) { said += run.standard_output + run.standard_error; }

  /// The test is of no use when the search finds nothing, or nothing was said.
  void expect_none_in(const std::string& text) const {
    for (const Secret& secret : secrets) {
      BOOST_TEST(text.find(secret.text) == std::string::npos, secret.name << " was shown");
    }
  }
  [[nodiscard]] std::size_t found_in(const std::string& text) const {
    std::size_t count = 0;
    for (const Secret& secret : secrets) {
      if (text.find(secret.text) != std::string::npos) ++count;
    }
    return count;
  }

  [[nodiscard]] Program::Environment tls_agent() {
    return {{"MAINTENANCE_TLS_CERT_FILE", folder.write("tls.crt", server.cert_pem)},
            {"MAINTENANCE_TLS_KEY_FILE", folder.write("tls.key", server.key_pem)},
            {"MAINTENANCE_AUTH_LOOPBACK", "token"},
            {"MAINTENANCE_LOG_LEVEL", "debug"}};
  }
  void curl(const std::string& url, const std::vector<std::string>& words) {
    std::vector<std::string> command{"curl", "-sk", "-i"};
    command.insert(command.end(), words.begin(), words.end());
    command.push_back(url);
    note(run_program(command));
  }
  /// A kubeconfig of the cluster for this user, whose fields are in YAML.
  [[nodiscard]] std::string kubeconfig(const std::string& user, const std::string& more = {}) {
    const http::Endpoint& endpoint = cluster().admin.endpoint;
    return folder.write("kubeconfig",
                        "{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, "
                        "cluster: {server: '" +
                            endpoint.url() + "', certificate-authority-data: " +
                            text::base64_encode(endpoint.tls_settings.ca_pem) + more +
                            "}}], users: [{name: u, user: {" + user +
                            "}}], contexts: [{name: c, context: {cluster: c, user: u}}]}");
  }
  /// Every kind of command, quiet and as talkative as it gets.
  void run_plugin(const std::string& file, const std::vector<std::string>& flags = {}) {
    const std::vector<std::vector<std::string>> commands{{"status", "-o", "yaml"},
                                                         {"enable", "pod", dc.pod(0), "--yes"},
                                                         {"config", "-o", "json"},
                                                         {"check"},
                                                         {"version"}};
    for (const auto& words : commands) {
      for (const char* level : {"-v=0", "-v=6", "-v=9", "-v=99"}) {
        std::vector<std::string> command{PLUGIN_PROGRAM};
        command.insert(command.end(), words.begin(), words.end());
        command.insert(command.end(), {level, "-n", namespace_name()});
        command.insert(command.end(), flags.begin(), flags.end());
        note(run_program(command, {{"KUBECONFIG", file}}));
      }
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(secrets_test, SecretsStage)

BOOST_AUTO_TEST_CASE(the_agent_shows_none) {
  const std::string good =
      plant_token("a good token", service_account_token(*this, "operator", "maintenance-agent"));
  const std::string other =
      plant_token("a token for somebody else", service_account_token(*this, "operator"));
  const std::string bad = plant("a bad token", "planted-bad-token-5b1e0c7a9d");
  const std::string basic = text::base64_encode("jane:" + plant("a password", "planted-pass-41c7"));
  AgentProcess agent(*this, tls_agent());
  agent.wait_started();
  const std::string url = "https://127.0.0.1:" + std::to_string(agent.port());
  for (const std::string& value : {"Bearer " + good, "Bearer " + other, "Bearer " + bad,
                                   "Bearer " + bad + " " + bad, "Basic " + basic, bad}) {
    for (const char* method : {"GET", "PUT", "DELETE", "OPTIONS"}) {
      for (const std::string& target :
           {"/v1/pods/" + dc.pod(0), "/dcs/" + dc.dc, std::string("/config"),
            std::string("/v1/status"), std::string("/nowhere")}) {
        curl(url + target, {"-X", method, "-H", "Authorization: " + value});
      }
    }
  }
  // The answers repeat a target only where it is no more than a name.
  for (const char* path : {"/metrics", "/version", "/readyz"})
    said += agent.ask_health(path);
  note(run_program({cluster().kubectl, "--kubeconfig", cluster().kubeconfig, "get",
                    "events,configmaps", "-n", namespace_name(), "-o", "yaml"}));
  said += agent.program().standard_output() + agent.program().standard_error();

  BOOST_TEST(said.find("\"status\":\"401\"") != std::string::npos);
  BOOST_TEST(said.find("system:serviceaccount:" + namespace_name() + ":operator") !=
             std::string::npos);
  expect_none_in(said);
  // As is seen here, where the same search looks at what was planted.
  BOOST_TEST(found_in(good + other + bad + server.key_pem) >= 8U);
}

BOOST_AUTO_TEST_CASE(an_agent_that_cannot_start_shows_none) {
  const std::string token = plant("a broken token", "planted broken token 90ab");
  const Identity another = authority.issue("another", "IP:127.0.0.1");
  plant_key("a key of another certificate", another.key_pem);
  const std::string broken_key =
      folder.write("broken.key", "-----BEGIN PRIVATE KEY-----\n" +
                                     plant("a broken key", std::string(60, 'Q') + "planted") +
                                     "\n-----END PRIVATE KEY-----\n");
  const std::vector<Program::Environment> settings{
      {{"MAINTENANCE_API_TOKEN_FILE", folder.write("token", token + "\nsecond line\n")}},
      {{"MAINTENANCE_TLS_KEY_FILE", folder.write("other.key", another.key_pem)}},
      {{"MAINTENANCE_TLS_KEY_FILE", broken_key}},
      {{"MAINTENANCE_API_CLIENT_KEY_FILE", broken_key}},
      {{"MAINTENANCE_API_SERVER", "https://jane:" + plant("in a URL", "planted-8d2f") + "@a/b"}},
  };
  for (const auto& changes : settings) {
    Program::Environment environment = tls_agent();
    for (const auto& [name, value] : changes)
      environment[name] = value;
    AgentProcess agent(*this, environment);
    try {
      agent.wait_started();
      said += agent.ask("GET", "/v1/status");
    } catch (const std::runtime_error& refused) {
      said += refused.what();
    }
    said += agent.program().standard_output() + agent.program().standard_error();
  }
  for (const char* told : {"certificate_unusable", "client key: ", "the token has characters"})
    BOOST_TEST(said.find(told) != std::string::npos, told);
  expect_none_in(said);
}

BOOST_AUTO_TEST_CASE(the_plugin_shows_none_of_its_kubeconfig) {
  const std::string token = plant_token("the token", service_account_token(*this, "reader"));
  const std::string password = plant("the password", "planted-pass-77ee");
  plant("name and password", "jane:" + password);
  const std::string executed = plant("the exec plugin's token", "planted-exec-token-3f");
  const std::string login =
      folder.write("login",
                   "#!/bin/sh\necho '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":"
                   "\"ExecCredential\",\"status\":{\"token\":\"" +
                       executed + "\"}}'\n");
  std::filesystem::permissions(login, std::filesystem::perms::owner_all);
  const auto& tls = cluster().admin.endpoint.tls_settings;
  const std::string exec =
      "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: "
      "Never, command: " +
      login + "}";
  const std::string key = "client-certificate-data: " + text::base64_encode(tls.client_cert_pem) +
                          ", client-key-data: " + text::base64_encode(tls.client_key_pem);
  for (const std::string& user :
       {"token: " + token, "tokenFile: " + folder.write("token", token), key, exec,
        "username: jane, password: " + password, "token: '" + token + " x'",
        "client-certificate-data: " + text::base64_encode(tls.client_cert_pem) +
            ", client-key-data: '" + text::base64_encode(tls.client_key_pem) + "%%'"}) {
    run_plugin(kubeconfig(user));
  }
  const std::string proxy = plant("the proxy's password", "planted-proxy-pass-1c");
  run_plugin(kubeconfig(key, ", proxy-url: 'http://jane:" + proxy + "@127.0.0.1:1'"));
  // What is said on the command line is not said again.
  run_plugin(kubeconfig("{}"), {"--token", token});
  run_plugin(kubeconfig("{}"), {"--username", "jane", "--password", password});

  BOOST_TEST(said.find("Authorization: ") != std::string::npos, said.substr(0, 2000));
  BOOST_TEST(said.find(" 403 ") != std::string::npos);
  BOOST_TEST(said.find(" 401 ") != std::string::npos);
  expect_none_in(said);
}

BOOST_AUTO_TEST_CASE(neither_the_plugin_nor_its_credential_program_leaves_a_core) {
  const std::string limits = folder.file("limits");
  const std::string login = folder.write(
      "login", "#!/bin/sh\nawk '/^Max core file size/ {print $5, $6}' /proc/self/limits > '" +
                   limits + "'\nexit 1\n");
  std::filesystem::permissions(login, std::filesystem::perms::owner_all);
  note(run_program({PLUGIN_PROGRAM, "status", "-n", namespace_name()},
                   {{"KUBECONFIG", kubeconfig("exec: {apiVersion: client.authentication.k8s.io/v1, "
                                              "interactiveMode: Never, command: " +
                                              login + "}")}}));
  // Soft and hard, which programs inherit; the one byte is explained in common/core_dump_posix.cpp.
  const auto file = text::read_file(limits);
  BOOST_REQUIRE_MESSAGE(file.ok(), "the credential program did not run: " << said);
  const std::string told = text::trimmed(*file);
  BOOST_TEST((told == "1 1" || told == "0 0"), told);
}

BOOST_AUTO_TEST_CASE(the_plugin_shows_none_of_what_is_for_the_agent) {
  const std::string token =
      plant_token("the token", service_account_token(*this, "operator", "maintenance-agent"));
  AgentProcess agent(*this, tls_agent());
  agent.wait_started();
  const std::string url = "https://127.0.0.1:" + std::to_string(agent.port());
  const std::string authorities = folder.write("ca", authority.pem());
  run_plugin({}, {"--agent-url", url, "--agent-certificate-authority", authorities,
                  "--agent-token-file", folder.write("token", token)});
  run_plugin({}, {"--agent-url", url, "--agent-certificate-authority", authorities, "--agent-token",
                  token + "x"});
  BOOST_TEST(said.find(dc.pod(0)) != std::string::npos, said.substr(0, 2000));
  expect_none_in(said);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
