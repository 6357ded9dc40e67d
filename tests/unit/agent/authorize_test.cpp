// The API and who may call it: each route, with and without a token.
#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"
#include "tests/support/check.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

const std::string p0 = pod_name("dc1", 0);
const std::string p1 = pod_name("dc1", 1);
const std::string p2 = pod_name("dc1", 2);

struct Fixture : AgentStage {
  Fixture() {
    cluster.add_dc("dc1", 2);
    cluster.add_dc("dc2", 1);
    cluster.tokens["good"] = {"jane"};
  }

  agent::ApiResponse from_far(const std::string& method, const std::string& target,
                              const std::string& token = {}, const std::string& body = {}) {
    agent::ApiRequest request{method, target, {}, body, {"10.1.2.3"}};
    if (!token.empty()) request.headers.push_back({"Authorization", "Bearer " + token});
    return api->handle(request);
  }
  int status(const std::string& method, const std::string& target, const std::string& token = {}) {
    return from_far(method, target, token).status;
  }
  /// From now on: an earlier no counts no longer.
  void may(const std::string& verb, const std::string& pod) {
    clock.advance(agent::review_keep_time);
    cluster.rights.insert("jane " + verb + " pods/maintenance " + pod);
  }
};

/// Everything that changes something, as it is sent.
const std::vector<std::pair<std::string, std::string>> writes{
    {"PUT", "/pods/" + p0}, {"DELETE", "/pods/" + p0}, {"PUT", "/dcs/dc1"},
    {"DELETE", "/dcs/dc1"}, {"PUT", "/v1/pods/" + p0}, {"DELETE", "/v1/pods/" + p0},
    {"PUT", "/v1/dcs/dc1"}, {"DELETE", "/v1/dcs/dc1"}, {"PUT", "/pods/" + p0 + "?dryRun=true"},
};

const std::vector<std::string> reads{"/pods/" + p0, "/dcs/dc1",       "/config",
                                     "/v1/status",  "/v1/pods/" + p0, "/v1/dcs/dc1"};

std::string verb_of(const std::string& method) {
  return method == "PUT" ? "update" : "delete";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(authorize_test, Fixture)

BOOST_AUTO_TEST_CASE(from_afar_everybody_reads_and_nobody_writes) {
  for (const std::string& target : reads)
    BOOST_TEST(status("GET", target) == 200, target);
  BOOST_TEST(status("PUT", "/config") == 200);  // only reads
  for (const auto& [method, target] : writes) {
    const auto answer = from_far(method, target);
    BOOST_TEST(answer.status == 401, method << " " << target);
    BOOST_TEST(http::find_header(answer.headers, "WWW-Authenticate") ==
               "Bearer realm=\"maintenance-agent\"");
  }
  BOOST_TEST(untouched());
}

BOOST_AUTO_TEST_CASE(every_write_route_is_in_the_list_above) {
  for (const auto& endpoint : agent::Api::endpoints()) {
    if (endpoint.method == "GET" || endpoint.path == "/config") continue;
    const std::string stem(endpoint.path.substr(0, endpoint.path.find('{')));
    BOOST_TEST(std::any_of(writes.begin(), writes.end(),
                           [&](const auto& write) {
                             return write.first == endpoint.method &&
                                    write.second.starts_with(stem);
                           }),
               endpoint.path);
  }
}

BOOST_AUTO_TEST_CASE(with_none_even_looking_needs_a_token_but_for_the_contract) {
  settings.auth.anonymous = agent::AnonymousAccess::none;
  for (const std::string& target : reads) {
    BOOST_TEST(status("GET", target) == 401, target);
    BOOST_TEST(status("HEAD", target) == 401, target);
    BOOST_TEST(status("GET", target, "good") == 403, target);
  }
  BOOST_TEST(status("GET", "/openapi.yaml") == 200);
  may("get", "*");
  may("list", "*");
  for (const std::string& target : reads)
    BOOST_TEST(status("GET", target, "good") == 200, target);
}

BOOST_AUTO_TEST_CASE(a_token_needs_the_verb_for_the_pod) {
  for (const auto& [method, target] : writes)
    BOOST_TEST(status(method, target, "good") == 403, method << " " << target);
  BOOST_TEST(untouched());
  may("update", p0);
  BOOST_TEST(status("PUT", "/v1/pods/" + p0, "good") == 200);
  BOOST_TEST(status("PUT", "/v1/pods/" + p1, "good") == 403);
  BOOST_TEST(status("DELETE", "/v1/pods/" + p0, "good") == 403);
  BOOST_TEST(cluster.data.contains(p0));
  BOOST_TEST(!cluster.data.contains(p1));
}

BOOST_AUTO_TEST_CASE(a_dc_needs_the_verb_for_each_of_its_pods) {
  for (const std::string method : {"PUT", "DELETE"}) {
    for (const std::string path : {"/dcs/dc1", "/v1/dcs/dc1"}) {
      cluster.rights.clear();
      may(verb_of(method), p0);
      const auto answer = from_far(method, path, "good");
      BOOST_TEST(answer.status == 403, method << " " << path);
      BOOST_TEST(contains(answer.body, "pod " + p1), answer.body);
    }
  }
  BOOST_TEST(untouched());
  may("update", p0);
  may("update", p1);
  BOOST_TEST(status("PUT", "/v1/dcs/dc1", "good") == 200);
  BOOST_TEST(cluster.data.size() == 2U);
}

BOOST_AUTO_TEST_CASE(records_of_pods_that_were_scaled_away_are_asked_about_too) {
  cluster.data[p2] = "true";
  may("delete", p0);
  may("delete", p1);
  const auto answer = from_far("DELETE", "/v1/dcs/dc1", "good");
  BOOST_TEST(answer.status == 403);
  BOOST_TEST(contains(answer.body, "pod " + p2), answer.body);
  BOOST_TEST(cluster.data.contains(p2));
}

BOOST_AUTO_TEST_CASE(a_pod_that_comes_after_the_question_is_not_covered) {
  may("update", p0);
  may("update", p1);
  bool scaled = false;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (request.target.ends_with("subjectaccessreviews") && !scaled) {
      scaled = true;
      cluster.sets["demo-cassandra-dc1"].replicas = 3;
      FakePod pod = cluster.pods[p1];
      pod.uid.clear();
      cluster.add_pod(p2, pod);
    }
    return std::nullopt;
  };
  const auto answer = from_far("PUT", "/v1/dcs/dc1", "good");
  BOOST_TEST(answer.status == 409, answer.body);
  BOOST_TEST(contains(answer.body, "pod " + p2), answer.body);
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(the_verified_user_is_recorded_whatever_the_request_claims) {
  may("update", "*");
  BOOST_TEST(from_far("PUT", "/v1/pods/" + p0, "good", R"({"requestedBy":"mallory"})").status ==
             200);
  const Record record = parse_record(cluster.data.at(p0));
  BOOST_TEST(record.by == "jane");
  BOOST_TEST(record.verified);
  BOOST_TEST(has_all(log_text(), {R"("by":"jane")", R"("user":"jane")"}));
  BOOST_TEST(!contains(log_text(), "mallory"));
}

BOOST_AUTO_TEST_CASE(through_a_port_forward_the_claim_is_recorded_as_one) {
  BOOST_TEST(send("PUT", "/v1/pods/" + p0, R"({"requestedBy":"jane"})").status == 200);
  BOOST_TEST(!parse_record(cluster.data.at(p0)).verified);
}

BOOST_AUTO_TEST_CASE(no_token_reaches_an_answer_or_the_log) {
  const std::string secret = "eyJhbGciOi.c2VjcmV0.c2lnbmF0dXJl";
  cluster.tokens[secret] = {"jane"};
  for (const auto& [method, target] : writes) {
    const auto answer = from_far(method, target, secret);
    BOOST_TEST(answer.status == 403);
    BOOST_TEST(!contains(answer.body, "c2VjcmV0"));
  }
  (void)from_far("PUT", "/v1/pods/" + p0, secret + " x");
  (void)from_far("PUT", "/v1/pods/" + p0, "unknown" + secret);
  BOOST_TEST(!contains(log_text(), "c2VjcmV0"), log_text());
}

BOOST_AUTO_TEST_CASE(an_api_server_that_is_away_lets_nobody_write_from_afar) {
  cluster.intercept = [](const http::Request&) {
    return transport_error(ErrorKind::unreachable, "connection refused");
  };
  for (const auto& [method, target] : writes)
    BOOST_TEST(status(method, target, "good") == 503, method << " " << target);
}

BOOST_AUTO_TEST_CASE(what_the_agent_itself_may_not_is_no_403_for_the_caller) {
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.method != "GET") return std::nullopt;
    return status_answer(403, "Forbidden", "the agent may not list pods");
  };
  BOOST_TEST(status("PUT", "/v1/dcs/dc1", "good") == 503);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
