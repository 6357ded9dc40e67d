#include <fstream>
#include <sstream>

#include "tests/e2e/forward.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Seed {
  static constexpr const char* name = "seed";
};

const std::string put_pod = "curl -X PUT localhost:8889/pods/<POD_NAME>";
const std::string get_pod = "curl -X GET localhost:8889/pods/<POD_NAME>";
const std::string delete_pod = "curl -X DELETE localhost:8889/pods/<POD_NAME>";
const std::string put_dc = "curl -X PUT localhost:8889/dcs/<DC_NAME>";
const std::string put_config = "curl -X PUT localhost:8889/config";

std::string replaced(std::string text, const std::string& placeholder, const std::string& by) {
  const auto place = text.find(placeholder);
  return place == std::string::npos ? text : text.replace(place, placeholder.size(), by);
}

/// Runs a documented line for the story's first pod and its dc; gives back what curl's `-w` adds.
std::string told(const Forward& forward, const std::string& line) {
  const std::string filled =
      replaced(replaced(line, "<POD_NAME>", story_pod(0)), "<DC_NAME>", "dc1");
  return trimmed(succeeds(forward.local(replaced(filled, "curl ", "curl -sSf "))).out);
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

/// The ConfigMap as the agent answers it: an object that people and programs can use, and nothing
/// of the agent's own connection to the API server.
void is_the_config_map(const Outcome& answer, const std::string& pod) {
  const auto name = testing::shell(
      "jq -er '.kind + \" \" + .metadata.name + \" \" + "
      "(.data | has(\"" +
      pod + "\") | tostring)' <<'END'\n" + answer.out + "\nEND");
  BOOST_REQUIRE_MESSAGE(trimmed(name.out) == std::string("ConfigMap ") + story_config_map + " true",
                        "not the ConfigMap" << answer << name);
  for (const char* secret : {"managedFields", "Bearer", "uthorization", "eyJ"})
    says_nothing_of(answer, secret);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(seed_story, *boost::unit_test::fixture<OwnStage<Seed>>())

BOOST_AUTO_TEST_CASE(the_lines_of_the_documentation_are_the_ones_that_are_tested) {
  std::ifstream file("docs/http-api.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const std::string& line : {put_pod, get_pod, delete_pod, put_dc, put_config})
    BOOST_CHECK_MESSAGE(text.str().find(line) != std::string::npos, line << " is not documented");
}

BOOST_AUTO_TEST_CASE(the_documented_curl_lines_do_what_they_say) {
  const std::string pod = story_pod(0);
  given("kubectl port-forward pods/<PROBER_POD_NAME>");
  const Forward forward(agent_pod());
  BOOST_CHECK_EQUAL(without_blanks(told(forward, get_pod)), R"({"inMaintenance":false})");

  when("a pod is enabled");
  BOOST_CHECK_EQUAL(without_blanks(told(forward, put_pod)), "{\"" + pod + "\":true}");
  then("it gets held, and its status and the ConfigMap say so");
  wait_until_held(pod);
  BOOST_CHECK_EQUAL(without_blanks(told(forward, get_pod)), R"({"inMaintenance":true})");
  is_the_config_map(succeeds(forward.local("curl -sSf -X PUT localhost:8889/config")), pod);
  is_the_config_map(succeeds(forward.local("curl -sSf localhost:8889/config")), pod);

  when("it is disabled");
  BOOST_CHECK_EQUAL(without_blanks(told(forward, delete_pod)), "{\"" + pod + "\":false}");
  then("it is back");
  wait_until_ready(pod);
  BOOST_CHECK_EQUAL(without_blanks(told(forward, get_pod)), R"({"inMaintenance":false})");

  when("the whole dc is enabled");
  BOOST_CHECK_EQUAL(without_blanks(told(forward, put_dc)),
                    "[{\"" + pod + "\":true},{\"" + story_pod(1) + "\":true}]");
  then("all of it gets held, and all of it is released");
  wait_until_held(pod);
  wait_until_held(story_pod(1));
  curl_answers(forward, "-X GET localhost:8889/dcs/dc1", 200, R"({"dc1":true})");
  curl_answers(forward, "-X DELETE localhost:8889/dcs/dc1", 200);
  wait_until_ready(pod);
  wait_until_ready(story_pod(1));
}

BOOST_AUTO_TEST_CASE(from_another_pod_of_the_cluster_it_works_by_the_address_of_the_prober) {
  const std::string pod = story_pod(0);
  const std::string agent = field("pod/" + agent_pod(), "{.status.podIP}");
  const std::string inside = "kubectl exec " + story_pod(1) + " -c cassandra -- ";
  given("a shell in another pod");
  when("it asks the agent by its address");
  const auto status = succeeds(inside + "wget -q -O - http://" + agent + ":8889/pods/" + pod);
  then("the answer is the same as over the port-forward");
  BOOST_CHECK_EQUAL(without_blanks(trimmed(status.out)), R"({"inMaintenance":false})");

  when("it sends PUT /config, which its wget cannot");
  const auto config = succeeds(inside +
                               "sh -c 'printf \"PUT /config HTTP/1.1\\r\\nHost: agent\\r\\n"
                               "Content-Length: 0\\r\\nConnection: close\\r\\n\\r\\n\" | nc " +
                               agent + " 8889'");
  then("the ConfigMap is answered");
  says(config, "200 OK");
  says(config, story_config_map);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
