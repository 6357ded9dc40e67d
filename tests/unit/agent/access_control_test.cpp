#include "agent/auth/access_control.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using agent::AccessControl;
using agent::Admission;
using agent::AnonymousAccess;
using agent::ApiRequest;
using agent::LoopbackAccess;
using agent::Need;

const std::string far = "10.1.2.3";
const std::string loopback = "127.0.0.1";
const std::string reviews = "POST /apis/authentication.k8s.io/v1/tokenreviews";
const std::string accesses = "POST /apis/authorization.k8s.io/v1/subjectaccessreviews";

ApiRequest from(const std::string& address, const std::string& token = {}) {
  ApiRequest request;
  request.caller.address = address;
  if (!token.empty()) request.headers.push_back({"Authorization", "Bearer " + token});
  return request;
}

struct Fixture {
  Fixture() {
    cluster.tokens["good"] = {"jane", {"maintenance-agent", "another"}};
    cluster.tokens["foreign"] = {"joe", {"another"}};
  }

  Result<Admission> admit(const ApiRequest& request, Need need) {
    return access.admit(client, request.caller.address, request.headers, need);
  }
  [[nodiscard]] bool lets_in(const ApiRequest& request, Need need) {
    return admit(request, need).ok();
  }
  /// How often the API server was asked `what`.
  [[nodiscard]] std::size_t asked(const std::string& what) const {
    const auto all = cluster.requests();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), what));
  }
  Admission jane() {
    const auto admission = admit(from(far, "good"), Need::write);
    REQUIRE_OK(admission);
    return *admission;
  }

  FakeCluster cluster;
  FakeClock clock;
  kube::Client client{cluster.transport(), clock, "cassandra"};
  agent::AuthSettings settings;
  AccessControl access{settings, clock};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(access_control_test, Fixture)

BOOST_AUTO_TEST_CASE(loopback_is_known_in_each_of_its_forms) {
  for (const std::string address : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
    BOOST_TEST(agent::is_loopback(address), address);
  for (const std::string address :
       {"10.0.0.1", "::ffff:10.0.0.1", "::", "0.0.0.0", "fe80::1", "128.0.0.1", "::7f00:1",
        "localhost", "127.0.0.1.example.com", "", "::ffff:7f00"})
    BOOST_TEST(!agent::is_loopback(address), address);
}

BOOST_AUTO_TEST_CASE(without_a_token_settings_and_address_decide) {
  struct Row {
    AnonymousAccess anonymous;
    LoopbackAccess loopback;
    bool far_reads, far_writes, near_reads, near_writes;
  };
  using enum AnonymousAccess;
  using Loopback = LoopbackAccess;
  for (const Row& row : {Row{none, Loopback::allow, false, false, true, true},
                         Row{read, Loopback::allow, true, false, true, true},
                         Row{write, Loopback::allow, true, true, true, true},
                         Row{none, Loopback::token, false, false, false, false},
                         Row{read, Loopback::token, true, false, true, false},
                         Row{write, Loopback::token, true, true, true, true}}) {
    settings.anonymous = row.anonymous;
    settings.loopback = row.loopback;
    BOOST_TEST(lets_in(from(far), Need::read) == row.far_reads);
    BOOST_TEST(lets_in(from(far), Need::write) == row.far_writes);
    BOOST_TEST(lets_in(from(loopback), Need::read) == row.near_reads);
    BOOST_TEST(lets_in(from(loopback), Need::write) == row.near_writes);
  }
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(who_is_not_let_in_hears_what_is_missing) {
  const auto failure = failure_of(admit(from(far), Need::write));
  BOOST_TEST(failure.kind == ErrorKind::unauthorized);
  BOOST_TEST(contains(failure.message(), "kubectl create token NAME --audience maintenance-agent"));
  settings.audience.clear();
  BOOST_TEST(!contains(failure_of(admit(from(far), Need::write)).message(), "--audience"));
}

BOOST_AUTO_TEST_CASE(a_header_that_names_somebody_is_not_believed) {
  settings.anonymous = AnonymousAccess::none;
  ApiRequest request = from(far);
  for (const char* name : {"X-Remote-User", "X-Forwarded-User", "X-Forwarded-For",
                           "Impersonate-User", "X-Real-IP", "Forwarded"})
    request.headers.push_back({name, "127.0.0.1"});
  BOOST_TEST(!lets_in(request, Need::read));
  BOOST_TEST(!lets_in(request, Need::write));
}

BOOST_AUTO_TEST_CASE(a_token_says_who_it_is_and_each_object_is_a_question) {
  const Admission admission = jane();
  BOOST_TEST(admission.user == "jane");
  BOOST_TEST(!admission.everything);
  BOOST_TEST(admission.identity.groups == std::vector<std::string>{"system:authenticated"});
  BOOST_TEST((kind_of(access.check(client, admission, "update", "p0")) == ErrorKind::forbidden));
  cluster.rights.insert("jane update pods/maintenance p1");
  REQUIRE_OK(access.check(client, admission, "update", "p1"));
  BOOST_TEST((kind_of(access.check(client, admission, "delete", "p1")) == ErrorKind::forbidden));
  BOOST_TEST((kind_of(access.check(client, admission, "update", "p2")) == ErrorKind::forbidden));
  BOOST_TEST(
      failure_of(access.check(client, admission, "update", "p2")).message() ==
      "jane may not update pods/maintenance of pod p2 in namespace cassandra: no role allows "
      "it");
}

BOOST_AUTO_TEST_CASE(a_token_that_is_no_good_opens_nothing) {
  BOOST_TEST((kind_of(admit(from(far, "unknown"), Need::write)) == ErrorKind::unauthorized));
  BOOST_TEST((kind_of(admit(from(far, "foreign"), Need::write)) == ErrorKind::unauthorized));
  // Loopback could come without one; who brings one is asked whose it is.
  BOOST_TEST((kind_of(admit(from(loopback, "unknown"), Need::write)) == ErrorKind::unauthorized));
  ApiRequest two = from(far, "good");
  two.headers.push_back({"Authorization", "Bearer good"});
  BOOST_TEST((kind_of(admit(two, Need::write)) == ErrorKind::unauthorized));
}

BOOST_AUTO_TEST_CASE(an_answer_without_the_audience_is_a_no) {
  cluster.intercept = [](const http::Request&) {
    return json_answer(201, R"({"status":{"authenticated":true,"user":{"username":"jane"}}})");
  };
  const auto failure = failure_of(admit(from(far, "good"), Need::write));
  BOOST_TEST(failure.kind == ErrorKind::unauthorized);
  BOOST_TEST(contains(failure.message(), "audience maintenance-agent"));
  settings.audience.clear();  // the API server's own: it has checked that itself
  BOOST_TEST(lets_in(from(far, "good"), Need::write));
}

BOOST_AUTO_TEST_CASE(an_answer_that_names_nobody_is_a_no) {
  for (const std::string status :
       {R"({})", R"({"authenticated":"true","user":{"username":"jane"}})",
        R"({"authenticated":true})",
        R"({"authenticated":true,"user":{"username":""},"audiences":["maintenance-agent"]})",
        R"({"user":{"username":"jane"},"audiences":["maintenance-agent"]})", R"([])"}) {
    cluster.intercept = [&](const http::Request&) {
      return json_answer(201, R"({"status":)" + status + "}");
    };
    BOOST_TEST(!lets_in(from(far, "good"), Need::write), status);
    clock.advance(agent::review_keep_time);
  }
}

BOOST_AUTO_TEST_CASE(no_opinion_is_a_no) {
  const Admission admission = jane();
  for (const std::string status : {R"({})", R"({"allowed":"true"})", R"({"denied":false})",
                                   R"({"allowed":true,"denied":true})", R"([])"}) {
    cluster.intercept = [&](const http::Request&) {
      return json_answer(201, R"({"status":)" + status + "}");
    };
    BOOST_TEST((kind_of(access.check(client, admission, "update", "p0")) == ErrorKind::forbidden),
               status);
    clock.advance(agent::review_keep_time);
  }
}

BOOST_AUTO_TEST_CASE(an_api_server_that_does_not_answer_is_neither_yes_nor_no) {
  const Admission admission = jane();
  for (const Answer& answer :
       {transport_error(ErrorKind::unreachable, "connection refused"), text_answer(500, "x"),
        status_answer(403, "Forbidden", "the agent may not"), json_answer(201, "{"),
        status_answer(401, "Unauthorized", "the agent is nobody")}) {
    cluster.intercept = [&](const http::Request&) { return answer; };
    BOOST_TEST((kind_of(admit(from(far, "another"), Need::write)) == ErrorKind::server));
    BOOST_TEST((kind_of(access.check(client, admission, "update", "p0")) == ErrorKind::server));
    BOOST_TEST(
        (kind_of(access.check_all(client, admission, "update", {"p0"})) == ErrorKind::server));
  }
  cluster.intercept = nullptr;  // and it is not remembered
  cluster.tokens["another"] = {"joe"};
  cluster.rights.insert("jane update pods/maintenance p0");
  BOOST_TEST(lets_in(from(far, "another"), Need::write));
  REQUIRE_OK(access.check(client, admission, "update", "p0"));
}

BOOST_AUTO_TEST_CASE(the_missing_right_of_the_agent_is_named) {
  cluster.intercept = [](const http::Request&) {
    return status_answer(403, "Forbidden", "cannot create tokenreviews");
  };
  const auto failure = failure_of(admit(from(far, "good"), Need::write));
  BOOST_TEST(contains(failure.message(), "component auth-delegator"), failure.message());
}

BOOST_AUTO_TEST_CASE(who_may_read_reads_while_the_api_server_is_away) {
  cluster.intercept = [](const http::Request&) {
    return transport_error(ErrorKind::unreachable, "connection refused");
  };
  BOOST_TEST(lets_in(from(far, "good"), Need::read));
  BOOST_TEST(lets_in(from(loopback), Need::write));
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_yes_and_a_no_count_for_ten_seconds_and_no_longer) {
  const Admission admission = jane();
  BOOST_TEST(!access.check(client, admission, "update", "p0").ok());
  BOOST_TEST(!lets_in(from(far, "late"), Need::write));
  cluster.rights.insert("jane update pods/maintenance p0");
  cluster.tokens["late"] = {"joe"};
  cluster.tokens.erase("good");
  clock.advance(std::chrono::milliseconds(9999));
  BOOST_TEST(lets_in(from(far, "good"), Need::write));
  BOOST_TEST(!lets_in(from(far, "late"), Need::write));
  BOOST_TEST(!access.check(client, admission, "update", "p0").ok());
  BOOST_TEST(asked(reviews) == 2U);
  BOOST_TEST(asked(accesses) == 1U);
  clock.advance(std::chrono::milliseconds(1));
  BOOST_TEST(!lets_in(from(far, "good"), Need::write));
  BOOST_TEST(lets_in(from(far, "late"), Need::write));
  REQUIRE_OK(access.check(client, admission, "update", "p0"));
}

BOOST_AUTO_TEST_CASE(what_one_may_says_nothing_of_another) {
  const Admission admission = jane();
  cluster.rights.insert("jane update pods/maintenance p0");
  REQUIRE_OK(access.check(client, admission, "update", "p0"));
  Admission other = admission;
  other.identity.name = "joe";
  BOOST_TEST(!access.check(client, other, "update", "p0").ok());
  Admission other_groups = admission;
  other_groups.identity.groups.clear();
  (void)access.check(client, other_groups, "update", "p0");
  Admission other_extra = admission;
  other_extra.identity.extra.clear();
  (void)access.check(client, other_extra, "update", "p0");
  BOOST_TEST(asked(accesses) == 4U);
}

BOOST_AUTO_TEST_CASE(a_right_to_all_pods_is_one_question) {
  cluster.rights.insert("jane update pods/maintenance *");
  REQUIRE_OK(access.check_all(client, jane(), "update", {"p0", "p1", "p2"}));
  BOOST_TEST(asked(accesses) == 1U);
}

BOOST_AUTO_TEST_CASE(of_many_pods_each_must_be_allowed) {
  const Admission admission = jane();
  cluster.rights.insert("jane update pods/maintenance p0");
  cluster.rights.insert("jane update pods/maintenance p2");
  REQUIRE_OK(access.check_all(client, admission, "update", {"p0", "p2"}));
  const auto failure =
      failure_of(access.check_all(client, admission, "update", {"p0", "p1", "p2"}));
  BOOST_TEST(failure.kind == ErrorKind::forbidden);
  BOOST_TEST(contains(failure.message(), "pod p1"), failure.message());
}

BOOST_AUTO_TEST_CASE(the_whole_user_goes_into_the_question) {
  const Admission admission = jane();
  (void)access.check(client, admission, "update", "p0");
  const auto parsed =
      text::parse_json_object(cluster.transport().requests().back().body, "a request");
  REQUIRE_OK(parsed);
  const text::JsonView spec = text::JsonView(*parsed).object("spec");
  BOOST_TEST(spec.text("user") == "jane");
  BOOST_TEST(spec.text("uid") == "u-1");
  BOOST_TEST(spec.texts("groups") == std::vector<std::string>{"system:authenticated"});
  BOOST_TEST(spec.object("extra").texts("credential-id") == std::vector<std::string>{"c-1"});
  const text::JsonView what = spec.object("resourceAttributes");
  BOOST_TEST(what.text("namespace") == "cassandra");
  BOOST_TEST(what.text("verb") == "update");
  BOOST_TEST(what.text("resource") == "pods");
  BOOST_TEST(what.text("subresource") == "maintenance");
  BOOST_TEST(what.text("name") == "p0");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
