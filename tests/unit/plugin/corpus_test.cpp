// Every kubeconfig of tests/kubeconfigs, as our loader takes it. Whether kubectl agrees is for the
// differential test beside them to say.
#include <yaml-cpp/yaml.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>

#include "common/text/base64.h"
#include "plugin/cli/parse.h"
#include "plugin/kubeconfig/load.h"
#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using maintenance::testing::contains;

namespace {

constexpr const char* folder = "tests/kubeconfigs/cases";
/// What the issue of this corpus asks for.
constexpr std::size_t cases_min = 60;

std::string replaced(std::string text) {
  static const std::map<std::string, std::string> values{{"@PORT@", "6443"},
                                                         {"@PLAIN@", "8001"},
                                                         {"@PROXY@", "3128"},
                                                         {"@TLS_PROXY@", "3129"},
                                                         {"@CA@", text::base64_encode("CA")},
                                                         {"@CERT@", text::base64_encode("CERT")},
                                                         {"@KEY@", text::base64_encode("KEY")}};
  for (const auto& [name, value] : values) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at))
      text.replace(at, name.size(), value);
  }
  return text;
}

std::string text_of(const YAML::Node& node) {
  return node ? replaced(node.as<std::string>()) : std::string();
}

std::string whole_config(const YAML::Node& test) {
  return "clusters: [{name: c, cluster: {" + text_of(test["cluster"]) +
         "}}]\nusers: [{name: u, user: {" + text_of(test["user"]) +
         "}}]\ncontexts: [{name: x, context: {cluster: c, user: u, namespace: '" +
         text_of(test["namespace"]) + "'}}]\ncurrent-context: x\n";
}

/// The files and the environment of one case.
struct Machine {
  std::map<std::string, std::string> files{
      {"ca.crt", "CA"}, {"client.crt", "CERT"}, {"client.key", "KEY"}};
  std::map<std::string, std::string> variables{{"KUBECONFIG", "config"}};

  explicit Machine(const YAML::Node& test) {
    if (test["cluster"]) files["config"] = whole_config(test);
    for (const auto& file : test["files"])
      files[file.first.as<std::string>()] = text_of(file.second);
    for (const auto& variable : test["env"])
      variables[variable.first.as<std::string>()] = text_of(variable.second);
  }
  [[nodiscard]] Result<LoadedAccess> load(const Overrides& overrides) const {
    const auto variable = [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    };
    const auto read = [this](const std::string& path) -> Result<std::string> {
      const auto found = files.find(path);
      if (found != files.end()) return found->second;
      return Error{ErrorKind::not_found, "reading file " + path, "no such file"};
    };
    return load_access(overrides, variable, read);
  }
};

Overrides flags_of(const YAML::Node& test) {
  std::vector<std::string> words{"status"};
  for (const auto& word : test["args"])
    words.push_back(text_of(word));
  const Command command = parse_command_line(words);
  BOOST_REQUIRE(std::holds_alternative<StatusCommand>(command));
  return std::get<StatusCommand>(command).connection.overrides;
}

/// What was chosen, in the words of the cases.
std::map<std::string, std::string> chosen(const LoadedAccess& loaded) {
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  const http::Endpoint& endpoint = loaded.access.endpoint;
  const http::TlsSettings& tls = endpoint.tls_settings;
  return {{"url", endpoint.url()},
          {"namespace", loaded.access.namespace_name},
          {"token", loaded.access.token},
          {"token_file", flag(!loaded.access.token_file.empty())},
          {"username", loaded.username},
          {"password", loaded.password},
          {"sni", tls.server_name},
          {"certificate", flag(tls.client_cert_pem == "CERT" && tls.client_key_pem == "KEY")},
          {"ca", flag(tls.ca_pem == "CA")},
          {"insecure", flag(tls.insecure_skip_verify)},
          {"as", loaded.as.user},
          {"groups", std::to_string(loaded.as.groups.size())},
          {"exec", flag(loaded.exec.has_value())},
          {"proxy", endpoint.proxy ? endpoint.proxy->url() : ""}};
}

void check(const YAML::Node& test) {
  const auto loaded = Machine(test).load(flags_of(test));
  if (test["refuse"]) {
    BOOST_REQUIRE(!loaded.ok());
    BOOST_TEST(contains(loaded.error().message(), text_of(test["refuse"])),
               loaded.error().message());
    return;
  }
  REQUIRE_OK(loaded);
  const auto values = chosen(*loaded);
  for (const auto& expected : test["expect"]) {
    const std::string key = expected.first.as<std::string>();
    BOOST_REQUIRE(values.contains(key));
    BOOST_TEST(values.at(key) == text_of(expected.second), key);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(corpus_test)

BOOST_AUTO_TEST_CASE(every_kubeconfig_is_taken_or_refused_as_it_says) {
  std::size_t cases = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    for (const YAML::Node& test : YAML::LoadFile(file.path().string())) {
      BOOST_TEST_CONTEXT(file.path().filename().string() << ": " << text_of(test["name"])) {
        const bool says_what = test["refuse"] || test["refuse_later"] || test["expect"];
        BOOST_TEST(says_what);
        check(test);
      }
      ++cases;
    }
  }
  BOOST_TEST(cases >= cases_min);
}

BOOST_AUTO_TEST_SUITE_END()
