// The contract and the agent say the same; that the answers are as it says is for the cluster
// tests.
#include "agent/server/openapi.h"

#include <yaml-cpp/yaml.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "agent/policy/guards.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using Texts = std::set<std::string>;

std::string file_text() {
  std::ifstream file(std::string(MAINTENANCE_SOURCE_FOLDER) + "/docs/openapi.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What `#/a/b` means in the document; the node itself when it is no reference.
YAML::Node resolved(const YAML::Node& document, const YAML::Node& node) {
  if (!node["$ref"]) return node;
  YAML::Node found = YAML::Clone(document);
  std::istringstream path(node["$ref"].as<std::string>().substr(2));
  for (std::string part; std::getline(path, part, '/');)
    found = YAML::Node(found[part]);
  return found;
}

Texts texts_of(const YAML::Node& list) {
  Texts out;
  for (const auto& entry : list)
    out.insert(entry.as<std::string>());
  return out;
}

struct Contract : AgentStage {
  YAML::Node document = YAML::Load(file_text());

  [[nodiscard]] Texts enum_of(const std::string& schema) const {
    return texts_of(document["components"]["schemas"][schema]["enum"]);
  }
  /// The names of an operation's query parameters.
  [[nodiscard]] Texts query_of(const std::string& path, const std::string& method) const {
    Texts out;
    for (const auto& entry : document["paths"][path][method]["parameters"]) {
      const YAML::Node parameter = resolved(document, entry);
      if (parameter["in"].as<std::string>() == "query")
        out.insert(parameter["name"].as<std::string>());
    }
    return out;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(openapi_test, Contract)

BOOST_AUTO_TEST_CASE(the_agent_serves_the_document_without_an_api_server) {
  cluster.intercept = [](const http::Request&) {
    return std::optional<Answer>(transport_error(ErrorKind::unreachable, "connection refused"));
  };
  const auto answer = send("GET", "/openapi.yaml");
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.content_type == "application/yaml");
  BOOST_TEST(answer.body == file_text());
  BOOST_TEST(agent::openapi_document().starts_with("openapi: 3.1."));
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(it_has_the_paths_and_methods_of_the_agent_and_no_others) {
  Texts documented;
  for (const auto& path : document["paths"]) {
    for (const auto& member : path.second) {
      const auto method = member.first.as<std::string>();
      if (method == "parameters") continue;
      std::string upper;
      for (const char c : method)
        upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      documented.insert(upper + " " + path.first.as<std::string>());
    }
  }
  Texts served;
  for (const auto& endpoint : agent::Api::endpoints())
    served.insert(std::string(endpoint.method) + " " + std::string(endpoint.path));
  BOOST_TEST(documented == served, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_operation_says_all_that_can_be_answered_to_it) {
  for (const auto& endpoint : agent::Api::endpoints()) {
    std::string method;
    for (const char c : endpoint.method)
      method += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const YAML::Node operation = document["paths"][std::string(endpoint.path)][method];
    Texts statuses;
    for (const auto& response : operation["responses"]) {
      const auto status = response.first.as<std::string>();
      statuses.insert(status);
      const YAML::Node headers = resolved(document, response.second)["headers"];
      BOOST_TEST(headers["X-Request-Id"].IsDefined(),
                 method << " " << endpoint.path << " " << status);
      if (status == "405") BOOST_TEST(headers["Allow"].IsDefined(), endpoint.path);
      if (status == "401") BOOST_TEST(headers["WWW-Authenticate"].IsDefined(), endpoint.path);
    }
    for (const char* status : {"200", "400", "405", "413", "431", "500"})
      BOOST_TEST(statuses.contains(status), method << " " << endpoint.path << " " << status);
    const bool open = endpoint.path == "/openapi.yaml";
    for (const char* status : {"401", "403"})
      BOOST_TEST(statuses.contains(status) != open,
                 method << " " << endpoint.path << " " << status);
    BOOST_TEST(operation["operationId"].IsDefined());
    BOOST_TEST(operation["summary"].IsDefined());
  }
}

BOOST_AUTO_TEST_CASE(it_knows_every_guard_and_which_can_be_overridden) {
  Texts all;
  Texts soft;
  for (const agent::Guard& guard : agent::guards()) {
    all.insert(std::string(guard.id));
    if (guard.kind == GuardKind::soft) soft.insert(std::string(guard.id));
  }
  BOOST_TEST(enum_of("Guard") == all, boost::test_tools::per_element());
  BOOST_TEST(enum_of("SoftGuard") == soft, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_knows_every_state) {
  for (const std::string& state : enum_of("State"))
    BOOST_TEST(parse_state(state).has_value(), state);
  for (const State state : {State::normal, State::entering, State::held, State::leaving,
                            State::starting, State::missing, State::drifted})
    BOOST_TEST(enum_of("State").contains(std::string(to_string(state))), to_string(state));
}

BOOST_AUTO_TEST_CASE(every_member_and_parameter_that_it_has_is_known_to_the_agent) {
  cluster.add_dc("dc1", 1);
  const std::string pod = pod_name("dc1", 0);
  // The agent names those that it knows when it is given another one.
  const std::string body = ask("DELETE", "/v1/pods/" + pod, R"({"x":1})");
  const std::string query = ask("PUT", "/pods/" + pod + "?x=1");
  std::string members;
  const YAML::Node release = document["components"]["schemas"]["Release"]["properties"];
  for (const char* name :
       {"reason", "requestedBy", "duration", "until", "override", "dryRun", "force"}) {
    BOOST_TEST(release[name].IsDefined(), name);
    members += (members.empty() ? "" : ", ") + std::string(name);
  }
  BOOST_TEST(release.size() == 7U);
  const YAML::Node wish = document["components"]["schemas"]["Wish"]["properties"];
  BOOST_TEST(wish.size() == 6U);
  BOOST_TEST(!wish["force"].IsDefined());
  BOOST_TEST(has_all(body, {"known are " + members + "\""}), body);
  BOOST_TEST(has_all(query, {"known are reason, for, override, dryRun\""}), query);
  const Texts expected{"reason", "for", "override", "dryRun"};
  for (const char* path : {"/pods/{pod}", "/dcs/{dc}", "/v1/pods/{pod}", "/v1/dcs/{dc}"}) {
    for (const char* method : {"put", "delete"})
      BOOST_TEST(query_of(path, method) == expected, boost::test_tools::per_element());
  }
  BOOST_TEST((query_of("/v1/pods/{pod}", "get") == Texts{"wait", "timeout"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
