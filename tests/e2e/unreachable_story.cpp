#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Unreachable {
  static constexpr const char* name = "unreachable";
};

void wait_for_one_new_agent() {
  succeeds("kubectl rollout status deployment --timeout=50s");
  until("the old agent's end", 30s, [] {
    return succeeds("kubectl get pods -l app.kubernetes.io/name=maintenance-agent -o name | wc -l")
               .out == "1\n";
  });
}

/// The ConfigMap is away while this lives. Owned by a test case.
class MissingConfigMap {
 public:
  MissingConfigMap() { succeeds(std::string("kubectl delete configmap ") + story_config_map); }
  ~MissingConfigMap() {
    (void)testing::shell(std::string("kubectl create configmap ") + story_config_map);
  }
  MissingConfigMap(const MissingConfigMap&) = delete;
  MissingConfigMap& operator=(const MissingConfigMap&) = delete;
};

/// What each of these commands must do when the way to the agent is blocked.
void all_end_with(int exit_code, const std::string& prefix, const std::string& what) {
  for (const std::string& command :
       {std::string("status"), "enable pod " + story_pod(0), "disable pod " + story_pod(0)}) {
    const auto refused = fails(exit_code, prefix + "kubectl maintenance " + command);
    is_one_sentence_about(refused, what);
    measured(command, refused.took);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unreachable_story, *boost::unit_test::fixture<OwnStage<Unreachable>>())

BOOST_AUTO_TEST_CASE(the_api_server_is_away) {
  given("a kubeconfig with a port where nothing listens");
  const testing::TempFolder folder;
  const std::string copy = folder.file("kubeconfig");
  succeeds("sed -E 's|(server: https://[^:]*):[0-9]+|\\1:1|' \"$KUBECONFIG\" >" + copy);
  const std::string uid = uid_of(story_pod(0));
  when("the plugin is used with it");
  all_end_with(6, "KUBECONFIG=" + copy + " ", "127.0.0.1:1");
  then("it says so in one sentence with exit code 6, and nothing has happened");
  is_untouched(story_pod(0), uid);
}

BOOST_AUTO_TEST_CASE(the_config_map_is_missing) {
  given("an agent that was started without its ConfigMap");
  const std::string uid = uid_of(story_pod(0));
  {
    const MissingConfigMap missing;
    succeeds("kubectl delete pod " + agent_pod());
    wait_for_one_new_agent();
    when("the plugin is used");
    all_end_with(1, "", std::string("kubectl create configmap ") + story_config_map);
  }
  then("it says so in one sentence, with the command that creates it, and nothing has happened");
  is_untouched(story_pod(0), uid);
  succeeds("kubectl maintenance status");
}

// The last two leave the agent as it is then.

BOOST_AUTO_TEST_CASE(the_agent_does_not_listen) {
  given("an agent that listens on another port");
  const std::string uid = uid_of(story_pod(0));
  succeeds("kubectl set env deployment --all MAINTENANCE_PORT=9999");
  wait_for_one_new_agent();
  when("the plugin is used");
  all_end_with(6, "", "nothing listens on port 8889");
  then("it says so in one sentence with exit code 6, and nothing has happened");
  is_untouched(story_pod(0), uid);
}

BOOST_AUTO_TEST_CASE(there_is_no_agent) {
  given("no agent");
  const std::string uid = uid_of(story_pod(0));
  succeeds("kubectl scale deployment --all --replicas=0");
  succeeds("kubectl wait pod -l app.kubernetes.io/name=maintenance-agent --for=delete");
  when("the plugin is used");
  all_end_with(6, "", "agent");
  then("it says so in one sentence with exit code 6, and nothing has happened");
  is_untouched(story_pod(0), uid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
