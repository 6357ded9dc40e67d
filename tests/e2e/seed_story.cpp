#include <fstream>
#include <set>

#include "tests/e2e/forward.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Seed {
  static constexpr const char* name = "seed";
};

/// The lines that other people's manuals and scripts have, word for word. Those of our pages must
/// be these and no others, so whatever a page tells to type is typed here.
const std::string port_forward = "kubectl port-forward pods/<PROBER_POD_NAME> 8889:8889";
const std::string put_pod = "curl -X PUT localhost:8889/pods/<POD_NAME>";
const std::string get_pod = "curl -X GET localhost:8889/pods/<POD_NAME>";
const std::string delete_pod = "curl -X DELETE localhost:8889/pods/<POD_NAME>";
const std::string put_dc = "curl -X PUT localhost:8889/dcs/<DC_NAME>";
const std::string put_config = "curl -X PUT localhost:8889/config";
const std::string put_config_by_address = "curl -X PUT <PROBER_POD_NAME>:8889/config";

const std::string api_page = "docs/http-api.md";

std::string replaced(std::string text, const std::string& placeholder, const std::string& by) {
  const auto place = text.find(placeholder);
  return place == std::string::npos ? text : text.replace(place, placeholder.size(), by);
}

/// What a page's code blocks tell to type, without the comments after it.
std::set<std::string> lines_to_type(const std::string& page) {
  std::set<std::string> out;
  std::ifstream file(page);
  BOOST_REQUIRE_MESSAGE(file.is_open(), page << " cannot be read");
  bool in_block = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) in_block = !in_block;
    if (!in_block || !(line.starts_with("curl ") || line.starts_with("kubectl port-forward ")))
      continue;
    out.insert(trimmed(line.substr(0, line.find(" #"))));
  }
  return out;
}

/// The answer that the table of the root API gives for a call ("PUT /pods/P"), with the names of
/// the story's pods and dc, and without blanks.
std::string documented_answer(const std::string& call) {
  std::ifstream file(api_page);
  const std::string row = "| `" + call + "` | `";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(row)) continue;
    std::string answer = line.substr(row.size(), line.find('`', row.size()) - row.size());
    const std::string more = answer.find("true") == std::string::npos ? "false" : "true";
    answer = replaced(answer, ", …", ",{\"" + story_pod(1) + "\":" + more + "}");
    answer = replaced(replaced(answer, "\"P\"", '"' + story_pod(0) + '"'), "\"D\"", "\"dc1\"");
    answer = replaced(answer, "\"P0\"", '"' + story_pod(0) + '"');
    std::erase(answer, ' ');
    return answer;
  }
  BOOST_REQUIRE_MESSAGE(false, api_page << " has no answer to " << call);
  return {};
}

/// Runs a documented line for the story's first pod and its dc, as it is but for the names and the
/// port on this machine.
Outcome told(const Forward& forward, const std::string& line) {
  return succeeds(
      forward.local(replaced(replaced(line, "<POD_NAME>", story_pod(0)), "<DC_NAME>", "dc1")));
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

void answers(const Forward& forward, const std::string& line, const std::string& answer) {
  const Outcome outcome = told(forward, line);
  BOOST_CHECK_MESSAGE(without_blanks(trimmed(outcome.out)) == answer,
                      "the answer should be " << answer << outcome);
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
  const std::set<std::string> on_a_machine{port_forward, put_pod, get_pod,
                                           delete_pod,   put_dc,  put_config};
  BOOST_TEST(lines_to_type("README.md") == on_a_machine, boost::test_tools::per_element());
  std::set<std::string> everywhere = on_a_machine;
  everywhere.insert(put_config_by_address);
  BOOST_TEST(lines_to_type(api_page) == everywhere, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_documented_curl_lines_do_what_they_say) {
  const std::string pod = story_pod(0);
  const std::string held = documented_answer("GET /pods/P");
  const std::string not_held = replaced(held, "true", "false");
  BOOST_CHECK_EQUAL(held, R"({"inMaintenance":true})");
  given("kubectl port-forward pods/<PROBER_POD_NAME>");
  const Forward forward(agent_pod());
  answers(forward, get_pod, not_held);

  when("a pod is enabled");
  BOOST_CHECK_EQUAL(documented_answer("PUT /pods/P"), "{\"" + pod + "\":true}");
  answers(forward, put_pod, documented_answer("PUT /pods/P"));
  then("it gets held, and its status and the ConfigMap say so");
  wait_until_held(pod);
  answers(forward, get_pod, held);
  is_the_config_map(told(forward, put_config), pod);
  is_the_config_map(succeeds(forward.local("curl -sSf localhost:8889/config")), pod);

  when("it is disabled");
  BOOST_CHECK_EQUAL(documented_answer("DELETE /pods/P"), "{\"" + pod + "\":false}");
  answers(forward, delete_pod, documented_answer("DELETE /pods/P"));
  then("it is back");
  wait_until_ready(pod);
  answers(forward, get_pod, not_held);

  when("the whole dc is enabled");
  BOOST_CHECK_EQUAL(documented_answer("PUT /dcs/D"),
                    "[{\"" + pod + "\":true},{\"" + story_pod(1) + "\":true}]");
  answers(forward, put_dc, documented_answer("PUT /dcs/D"));
  then("all of it gets held, and all of it is released");
  wait_until_held(pod);
  wait_until_held(story_pod(1));
  curl_answers(forward, "-X GET localhost:8889/dcs/dc1", 200, documented_answer("GET /dcs/D"));
  curl_answers(forward, "-X DELETE localhost:8889/dcs/dc1", 200,
               documented_answer("DELETE /dcs/D"));
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
  // The documented line, which needs curl, from this machine: it is the node, so it reaches pods.
  says(succeeds(replaced(put_config_by_address, "<PROBER_POD_NAME>", agent)), story_config_map);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
