#include <sstream>
#include <vector>

#include "tests/e2e/forward.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Agent {
  static constexpr const char* name = "agent";
};

/// The promise is a second; the machine of a test run may be busy.
constexpr milliseconds stop_limit = 1500ms;
/// The same with everything that the kubelet and the API server add.
constexpr milliseconds deletion_limit = 6000ms;

/// What somebody may want to do, in the words of an access review.
struct Access {
  const char* verb;
  const char* group;
  const char* resource;
  const char* subresource = "";
  const char* name = "";
};

std::string text_of(const Access& access) {
  return std::string(access.verb) + " " + access.group + "/" + access.resource + "/" +
         access.subresource + " " + access.name;
}

std::string review_of(const Access& access, const std::string& ns, const std::string& user) {
  return "apiVersion: authorization.k8s.io/v1\nkind: SubjectAccessReview\nspec:\n  user: " + user +
         "\n  groups: [system:serviceaccounts, system:authenticated]\n  resourceAttributes: "
         "{namespace: " +
         ns + ", verb: " + access.verb + ", group: '" + access.group +
         "', resource: " + access.resource + ", subresource: '" + access.subresource +
         "', name: '" + access.name + "'}\n---\n";
}

/// The API server's own answers for the agent's ServiceAccount: "true" or nothing, line by line.
std::vector<std::string> asked(const std::vector<Access>& accesses) {
  const std::string pod = "pod/" + agent_pod();
  const std::string ns = field(pod, "{.metadata.namespace}");
  const std::string user =
      "system:serviceaccount:" + ns + ":" + field(pod, "{.spec.serviceAccountName}");
  std::string reviews;
  for (const Access& access : accesses)
    reviews += review_of(access, ns, user);
  const auto answered = succeeds(
      "kubectl create --validate=ignore -f - -o jsonpath='{.status.allowed}{\"\\n\"}'"
      " <<'END'\n" +
      reviews + "END");
  std::vector<std::string> answers;
  std::istringstream lines(answered.out);
  for (std::string line; std::getline(lines, line);)
    answers.push_back(line);
  BOOST_REQUIRE_MESSAGE(answers.size() == accesses.size(), "an answer is missing" << answered);
  return answers;
}

void may_all_be(bool allowed, const std::vector<Access>& accesses) {
  const auto answers = asked(accesses);
  for (std::size_t i = 0; i < accesses.size(); ++i) {
    BOOST_CHECK_MESSAGE((answers[i] == "true") == allowed,
                        text_of(accesses[i]) << (allowed ? " is not allowed" : " is allowed"));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agent_story, *boost::unit_test::fixture<OwnStage<Agent>>())

BOOST_AUTO_TEST_CASE(the_health_endpoints_answer) {
  given("a port-forward to the health port");
  const Forward forward(agent_pod(), 8890);
  curl_answers(forward, "localhost:8890/livez", 200);
  curl_answers(forward, "localhost:8890/readyz", 200);
  says(curl_answers(forward, "localhost:8890/version", 200).outcome, "0.");
  says(curl_answers(forward, "localhost:8890/metrics", 200).outcome, "# TYPE ");
  then("livez, readyz, version and metrics answer");
}

BOOST_AUTO_TEST_CASE(the_agent_runs_in_a_restricted_namespace) {
  given("a namespace that enforces the restricted pod security standard");
  const std::string pod = "pod/" + agent_pod();
  then("the agent runs there: not as root, without privileges, on a read-only file system");
  BOOST_CHECK_EQUAL(field(pod, "{.status.phase}"), "Running");
  const std::string context = "{.spec.containers[0].securityContext.";
  BOOST_CHECK_EQUAL(field(pod, context + "allowPrivilegeEscalation}"), "false");
  BOOST_CHECK_EQUAL(field(pod, context + "readOnlyRootFilesystem}"), "true");
  BOOST_CHECK_EQUAL(field(pod, context + "capabilities.drop[*]}"), "ALL");
}

BOOST_AUTO_TEST_CASE(the_role_of_the_agent_allows_what_it_needs_and_no_more) {
  given("the Role that is deployed with the agent");
  then("it allows what the agent does");
  may_all_be(true, {{"list", "", "pods"},
                    {"get", "", "pods"},
                    {"patch", "", "pods"},
                    {"create", "", "pods", "eviction"},
                    {"list", "apps", "statefulsets"},
                    {"get", "", "configmaps", "", story_config_map},
                    {"patch", "", "configmaps", "", story_config_map}});
  then("and nothing that an attacker would like");
  may_all_be(false, {{"get", "", "secrets"},
                     {"list", "", "secrets"},
                     {"create", "", "pods"},
                     {"create", "", "pods", "exec"},
                     {"patch", "", "pods", "status"},
                     {"update", "", "pods", "status"},
                     {"patch", "apps", "statefulsets"},
                     {"delete", "apps", "statefulsets"},
                     {"list", "", "configmaps"},
                     {"get", "", "configmaps", "", "another"},
                     {"patch", "", "configmaps", "", "another"},
                     {"delete", "", "configmaps", "", story_config_map},
                     {"create", "", "serviceaccounts", "token"},
                     {"escalate", "rbac.authorization.k8s.io", "roles"}});
}

BOOST_AUTO_TEST_CASE(sigterm_ends_the_agent_within_a_second_or_so) {
  given("a running agent whose log is followed");
  const std::string pod = agent_pod();
  const Forward busy(pod);  // an open connection must not keep it
  curl_answers(busy, "localhost:8889/config", 200);
  Background log({"kubectl", "logs", "-f", "--timestamps", pod});
  until("the log", 10s, [&] { return !log.out().empty(); });

  when("the pod is deleted, with all of its grace period");
  const WallTime asked_at = wall_now();
  const auto deletion = succeeds("kubectl delete pod " + pod);
  measured("kubectl delete pod of the agent", deletion.took);
  then("the process says good-bye and ends well within its grace period");
  const Outcome logged = log.wait(10s);
  const WallTime stopping = log_time(logged.out, "stopping");
  const WallTime stopped = log_time(logged.out, "stopped");
  measured("from the deletion to SIGTERM", stopping - asked_at);
  measured("from SIGTERM to the agent's last line", stopped - stopping);
  BOOST_CHECK_LT((stopped - stopping).count(), stop_limit.count());
  BOOST_CHECK_LT(deletion.took.count(), deletion_limit.count());

  then("and its successor serves");
  succeeds("kubectl rollout status deployment --timeout=30s");
  const Forward forward(agent_pod());
  curl_answers(forward, "localhost:8889/config", 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
