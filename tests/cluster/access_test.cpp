// Who may call the agent: tokens and roles of a real API server, asked about with the rights that
// the component auth-delegator gives.
#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"
#include "tests/cluster/support/overlay.h"
#include "tests/cluster/support/service_account.h"
#include "tests/cluster/support/test_agent.h"
#include "tests/support/check.h"
#include "tests/support/eventually.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";
const std::string audience = "maintenance-agent";
const SetShape dc;

/// A cluster of two pods, and an agent with nothing but its own rights.
struct AccessStage : Stage {
  std::unique_ptr<TokenTransport> as_agent;
  std::unique_ptr<TestAgent> agent;

  explicit AccessStage(const std::vector<std::string>& components = {"auth-delegator"}) {
    // The binding belongs to the whole API server, which the tests share.
    const std::string prefix = namespace_name() + "-";
    apply_overlay(*this, prefix, components);
    make_config_map(config_map);
    make_dc(dc);
    make_another_dc();
    as_agent = std::make_unique<TokenTransport>(
        *this, service_account_token(*this, prefix + "maintenance-agent"));
    agent = std::make_unique<TestAgent>(*this, *as_agent);
  }
  /// Or the last datacenter would be in the way.
  void make_another_dc() {
    SetShape other;
    other.dc = "dc2";
    make_dc(other);
  }

  agent::ApiResponse ask(const std::string& token, const std::string& method,
                         const std::string& target) {
    agent::ApiRequest request{method, target, {}, {}, {"10.1.2.3"}};
    if (!token.empty()) request.headers.push_back({"Authorization", "Bearer " + token});
    return agent->api().handle(request);
  }
  int status(const std::string& token, const std::string& method, const std::string& target) {
    const auto answer = ask(token, method, target);
    BOOST_TEST_MESSAGE(method << " " << target << ": " << answer.status << " " << answer.body);
    return answer.status;
  }
  /// A role of these rules, bound to a service account; gives back a token of it for the agent.
  std::string token_with(const std::string& account, const std::string& rules) {
    grant(*this, account, rules);
    return service_account_token(*this, account, audience);
  }
  /// The API server's own view of its roles is a moment behind; a no would be remembered.
  void wait_until_allowed(const std::string& account, const std::string& verb,
                          const std::string& name) {
    const std::string question =
        "{apiVersion: authorization.k8s.io/v1, kind: SubjectAccessReview, spec: {user: "
        "'system:serviceaccount:" +
        namespace_name() + ":" + account +
        "', resourceAttributes: {namespace: " + namespace_name() + ", verb: " + verb +
        ", resource: pods, subresource: maintenance, name: " + name + "}}}";
    BOOST_REQUIRE(eventually(std::chrono::seconds(10), [&] {
      return api()
          .create("/apis/authorization.k8s.io/v1/subjectaccessreviews", question)
          .object("status")
          .flag("allowed");
    }));
  }
  /// Its view of accounts, too; and what it has found good counts for ten seconds.
  void wait_until_unknown(const std::string& token) {
    const std::string question =
        "{apiVersion: authentication.k8s.io/v1, kind: TokenReview, spec: {token: '" + token +
        "', audiences: [" + audience + "]}}";
    BOOST_REQUIRE(eventually(patience, [&] {
      return !api()
                  .create("/apis/authentication.k8s.io/v1/tokenreviews", question)
                  .object("status")
                  .flag("authenticated");
    }));
  }
};

/// Without the right to ask about others.
struct UnableStage : AccessStage {
  UnableStage() : AccessStage(std::vector<std::string>{}) {}
};

std::string rule(const std::string& verbs, const std::string& names = {}) {
  return "{apiGroups: [''], resources: [pods/maintenance], verbs: [" + verbs +
         "], resourceNames: [" + names + "]}";
}

const std::string pod = "/v1/pods/" + dc.pod(0);

}  // namespace

BOOST_AUTO_TEST_SUITE(access_test)

BOOST_FIXTURE_TEST_CASE(a_token_counts_for_its_audience_alone, AccessStage) {
  const std::string good = token_with("operator", rule("update, delete"));
  wait_until_allowed("operator", "update", dc.pod(0));
  BOOST_TEST(status("", "PUT", pod) == 401);
  BOOST_TEST(status("nonsense", "PUT", pod) == 401);
  BOOST_TEST(status(service_account_token(*this, "operator"), "PUT", pod) == 401);
  BOOST_TEST(status(service_account_token(*this, "operator", "another"), "PUT", pod) == 401);
  BOOST_TEST(status(good.substr(0, good.size() - 4), "PUT", pod) == 401);
  BOOST_TEST(data_of(config_map).empty());
  BOOST_TEST(status(good, "PUT", pod) == 200);
  const Record record = parse_record(data_of(config_map).at(dc.pod(0)));
  BOOST_TEST(record.by == "system:serviceaccount:" + namespace_name() + ":operator");
  BOOST_TEST(record.verified);
  BOOST_TEST(terminating(dc.pod(0)));
}

BOOST_FIXTURE_TEST_CASE(a_role_that_names_a_pod_means_that_pod, AccessStage) {
  const std::string token = token_with("careful", rule("update", dc.pod(0)));
  wait_until_allowed("careful", "update", dc.pod(0));
  BOOST_TEST(status(token, "PUT", "/v1/pods/" + dc.pod(1)) == 403);
  BOOST_TEST(status(token, "DELETE", pod) == 403);
  BOOST_TEST(status(token, "PUT", "/v1/dcs/dc1") == 403);
  BOOST_TEST(status(token, "PUT", "/dcs/dc1") == 403);
  BOOST_TEST(data_of(config_map).empty());
  BOOST_TEST(status(token, "PUT", pod) == 200);
}

BOOST_FIXTURE_TEST_CASE(a_role_that_names_every_pod_of_a_dc_means_the_dc, AccessStage) {
  std::string names;
  for (int i = 0; i < dc.replicas; ++i)
    names += (names.empty() ? "" : ", ") + dc.pod(i);
  const std::string token = token_with("whole", rule("update", names));
  wait_until_allowed("whole", "update", dc.pod(0));
  BOOST_TEST(status(token, "PUT", "/v1/dcs/dc1") == 200);
  BOOST_TEST(data_of(config_map).size() == static_cast<std::size_t>(dc.replicas));
}

BOOST_FIXTURE_TEST_CASE(whoever_no_role_names_is_told_so, AccessStage) {
  const auto answer = ask(service_account_token(*this, "stranger", audience), "PUT", pod);
  BOOST_TEST(answer.status == 403);
  BOOST_TEST(contains(answer.body, namespace_name() + ":stranger may not update pods/maintenance"),
             answer.body);
  // A right to the pods themselves is none to their maintenance.
  const std::string pods = "{apiGroups: [''], resources: [pods, pods/status], verbs: ['*']}";
  BOOST_TEST(status(token_with("pods", pods), "PUT", pod) == 403);
  BOOST_TEST(data_of(config_map).empty());
}

BOOST_FIXTURE_TEST_CASE(an_account_that_is_gone_has_no_token_any_more, AccessStage) {
  const std::string token = token_with("leaver", rule("update"));
  wait_until_allowed("leaver", "update", dc.pod(0));
  api().destroy(core("serviceaccounts/leaver"));
  wait_until_unknown(token);
  BOOST_TEST(status(token, "PUT", pod) == 401);
}

BOOST_FIXTURE_TEST_CASE(without_the_component_no_token_can_be_judged, UnableStage) {
  const auto answer = ask(token_with("operator", rule("update")), "PUT", pod);
  BOOST_TEST(answer.status == 503);
  BOOST_TEST(contains(answer.body, "component auth-delegator"), answer.body);
  BOOST_TEST(data_of(config_map).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
