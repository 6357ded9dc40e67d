#include "common/kube/client.h"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/check.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_transport.h"

using maintenance::ErrorKind;
using maintenance::http::find_header;
using maintenance::http::Request;
using maintenance::kube::Client;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
using maintenance::testing::FakeClock;
using maintenance::testing::json_answer;
using maintenance::testing::kind_of;
using maintenance::testing::ScriptedTransport;
using maintenance::testing::status_answer;
using maintenance::testing::text_answer;
using maintenance::testing::transport_error;
namespace text = maintenance::text;
namespace kube = maintenance::kube;

namespace {

struct Fixture {
  ScriptedTransport transport;
  FakeClock clock;
  Client client{transport, clock, "cassandra"};

  [[nodiscard]] Request only_request() const {
    const auto requests = transport.requests();
    BOOST_REQUIRE_EQUAL(requests.size(), 1U);
    return requests.front();
  }
};

text::JsonView body_of(const Request& request) {
  const auto parsed = text::parse_json_object(request.body, "test");
  REQUIRE_OK(parsed);
  return text::JsonView(*parsed);
}

const std::vector<std::pair<std::string, std::string>> hostile_names{
    {"a slash", "a/b"},
    {"a query", "a?x"},
    {"a percent-encoded slash", "a%2fb"},
    {"upper case", "A"},
    {"300 characters", std::string(300, 'a')},
    {"nothing", ""},
    {"the parent folder", ".."},
    {"a line break", "a\r\nX-Evil: 1"},
    {"a fragment", "a#b"},
};

/// Whether a call with this name fails, and with what.
using Call = std::function<ErrorKind(Client&, const std::string& name)>;

const std::vector<std::pair<std::string, Call>> named_calls{
    {"get_pod", [](Client& c, const std::string& n) { return kind_of(c.get_pod(n)); }},
    {"find_pod", [](Client& c, const std::string& n) { return kind_of(c.find_pod(n)); }},
    {"get_config_map",
     [](Client& c, const std::string& n) { return kind_of(c.get_config_map(n)); }},
    {"patch_config_map",
     [](Client& c, const std::string& n) { return kind_of(c.patch_config_map(n, "1", {})); }},
    {"annotate_config_map",
     [](Client& c, const std::string& n) {
       return kind_of(c.annotate_config_map(n, "1", "k", "v"));
     }},
    {"evict", [](Client& c, const std::string& n) { return kind_of(c.evict(n, "u")); }},
    {"delete_pod", [](Client& c, const std::string& n) { return kind_of(c.delete_pod(n, "u")); }},
    {"annotate_pod",
     [](Client& c, const std::string& n) { return kind_of(c.annotate_pod(n, "k", "v")); }},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_test)

BOOST_AUTO_TEST_CASE(no_hostile_name_ever_reaches_the_server) {
  for (const auto& [call_name, call] : named_calls) {
    for (const auto& [sentence, name] : hostile_names) {
      BOOST_TEST_CONTEXT(call_name << " with " << sentence) {
        Fixture f;
        BOOST_TEST(call(f.client, name) == ErrorKind::invalid);
        BOOST_TEST(f.transport.requests().empty());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(all_namespaces_can_be_listed_and_nothing_else) {
  Fixture f;
  Client client(f.transport, f.clock, kube::all_namespaces);
  f.transport.then(json_answer(200, R"({"items":[]})"));
  BOOST_TEST(client.list_pods("a=b").ok());
  BOOST_REQUIRE(f.transport.requests().size() == 1U);
  BOOST_TEST(f.transport.requests()[0].target == "/api/v1/pods?limit=250&labelSelector=a%3Db");
  BOOST_TEST(kind_of(client.get_pod("demo-0")) == ErrorKind::invalid);
  BOOST_TEST(kind_of(client.evict("demo-0", "u")) == ErrorKind::invalid);
  BOOST_TEST(f.transport.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(no_hostile_namespace_ever_reaches_the_server) {
  for (const auto& [sentence, name] : hostile_names) {
    BOOST_TEST_CONTEXT(sentence) {
      Fixture f;
      Client client(f.transport, f.clock, name);
      BOOST_TEST(kind_of(client.get_pod("demo-0")) == ErrorKind::invalid);
      BOOST_TEST(kind_of(client.list_pods("")) == ErrorKind::invalid);
      BOOST_TEST(kind_of(client.evict("demo-0", "u")) == ErrorKind::invalid);
      BOOST_TEST(f.transport.requests().empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_pod_is_read_consistently_by_its_name) {
  Fixture f;
  f.transport.then(json_answer(200, R"({"metadata":{"name":"demo-0","uid":"u"}})"));
  const auto pod = f.client.get_pod("demo-0");
  REQUIRE_OK(pod);
  BOOST_TEST(pod->metadata.uid == "u");
  const Request request = f.only_request();
  BOOST_TEST(request.method == "GET");
  BOOST_TEST(request.target == "/api/v1/namespaces/cassandra/pods/demo-0");
  BOOST_TEST(find_header(request.headers, "Accept") == "application/json");
  BOOST_TEST(!contains(request.target, "resourceVersion"));
}

BOOST_AUTO_TEST_CASE(a_pod_that_does_not_exist_is_nothing_and_a_refusal_is_not) {
  Fixture f;
  f.transport.then(status_answer(404, "NotFound", "pods \"demo-0\" not found"))
      .then(status_answer(403, "Forbidden", "no"))
      .then(transport_error(ErrorKind::timeout, "slow"))
      .then(json_answer(200, R"({"metadata":{"name":"demo-0"}})"));
  const auto absent = f.client.find_pod("demo-0");
  REQUIRE_OK(absent);
  BOOST_TEST(!absent->has_value());
  BOOST_TEST(kind_of(f.client.find_pod("demo-0")) == ErrorKind::forbidden);
  BOOST_TEST(kind_of(f.client.find_pod("demo-0")) == ErrorKind::timeout);
  const auto present = f.client.find_pod("demo-0");
  REQUIRE_OK(present);
  BOOST_TEST(present->has_value());
}

BOOST_AUTO_TEST_CASE(a_list_follows_its_pages_to_the_end) {
  Fixture f;
  f.transport
      .then(json_answer(200,
                        R"({"metadata":{"continue":"t/1&="},"items":[{"metadata":{"name":"a"}}]})"))
      .then(
          json_answer(200, R"({"metadata":{"continue":""},"items":[{"metadata":{"name":"b"}}]})"));
  const auto pods = f.client.list_pods("dc=dc1,rack in (a)");
  REQUIRE_OK(pods);
  BOOST_REQUIRE(pods->size() == 2U);
  BOOST_TEST(pods->at(1).metadata.name == "b");
  const auto requests = f.transport.requests();
  BOOST_REQUIRE(requests.size() == 2U);
  BOOST_TEST(requests[0].target ==
             "/api/v1/namespaces/cassandra/pods?limit=250"
             "&labelSelector=dc%3Ddc1%2Crack%20in%20%28a%29");
  BOOST_TEST(requests[1].target == requests[0].target + "&continue=t%2F1%26%3D");
}

BOOST_AUTO_TEST_CASE(a_list_whose_second_page_fails_is_a_failure_not_half_a_list) {
  Fixture f;
  f.transport.then(json_answer(200, R"({"metadata":{"continue":"t"},"items":[{"metadata":{}}]})"))
      .then(status_answer(410, "Expired", "the continue parameter is too old"));
  const auto failure = failure_of(f.client.list_pods(""));
  BOOST_TEST(contains(failure.message(), "too old"));
}

BOOST_AUTO_TEST_CASE(a_list_that_never_ends_is_given_up) {
  Fixture f;
  f.transport.handle_with(
      [](const Request&) { return json_answer(200, R"({"metadata":{"continue":"t"}})"); });
  BOOST_TEST(kind_of(f.client.list_pods("")) == ErrorKind::too_large);
  BOOST_TEST(f.transport.requests().size() == static_cast<std::size_t>(kube::list_pages_max));
}

BOOST_AUTO_TEST_CASE(stateful_sets_are_listed_from_their_own_api) {
  Fixture f;
  f.transport.then(json_answer(200, R"({"items":[{"metadata":{"name":"s"}}]})"));
  const auto sets = f.client.list_stateful_sets();
  REQUIRE_OK(sets);
  BOOST_REQUIRE(sets->size() == 1U);
  BOOST_TEST(f.only_request().target ==
             "/apis/apps/v1/namespaces/cassandra/statefulsets?limit=250");
}

BOOST_AUTO_TEST_CASE(a_patch_carries_the_version_and_null_for_a_removal_and_nothing_else) {
  Fixture f;
  f.transport.then(json_answer(200, R"({"metadata":{"resourceVersion":"8"},"data":{"a":"1"}})"));
  const auto map = f.client.patch_config_map("m", "7", {{"a", "1"}, {"b", std::nullopt}});
  REQUIRE_OK(map);
  BOOST_TEST(map->metadata.resource_version == "8");
  const Request request = f.only_request();
  BOOST_TEST(request.method == "PATCH");
  BOOST_TEST(request.target == "/api/v1/namespaces/cassandra/configmaps/m");
  BOOST_TEST(find_header(request.headers, "Content-Type") == "application/merge-patch+json");
  BOOST_TEST(request.body == R"({"data":{"a":"1","b":null},"metadata":{"resourceVersion":"7"}})");
}

BOOST_AUTO_TEST_CASE(a_patch_without_a_version_would_overwrite_others_and_is_never_sent) {
  Fixture f;
  BOOST_TEST(kind_of(f.client.patch_config_map("m", "", {{"a", "1"}})) == ErrorKind::internal);
  BOOST_TEST(f.transport.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_patch_that_came_too_late_is_a_conflict) {
  Fixture f;
  f.transport.then(status_answer(409, "Conflict", "the object has been modified"));
  BOOST_TEST(kind_of(f.client.patch_config_map("m", "7", {})) == ErrorKind::conflict);
}

BOOST_AUTO_TEST_CASE(an_annotation_of_a_config_map_is_conditional_as_well) {
  Fixture f;
  f.transport.then(json_answer(200, R"({"metadata":{"resourceVersion":"8"}})"));
  REQUIRE_OK(f.client.annotate_config_map("m", "7", "a/b", "c"));
  const Request request = f.only_request();
  BOOST_TEST(request.method == "PATCH");
  BOOST_TEST(request.target == "/api/v1/namespaces/cassandra/configmaps/m");
  BOOST_TEST(request.body == R"({"metadata":{"annotations":{"a/b":"c"},"resourceVersion":"7"}})");
  f.transport.then(json_answer(200, R"({"metadata":{"resourceVersion":"9"}})"));
  REQUIRE_OK(f.client.annotate_config_map("m", "8", "a/b", std::nullopt));
  BOOST_TEST(f.transport.requests().back().body ==
             R"({"metadata":{"annotations":{"a/b":null},"resourceVersion":"8"}})");
  BOOST_TEST(kind_of(f.client.annotate_config_map("m", "", "a/b", "c")) == ErrorKind::internal);
  BOOST_TEST(f.transport.requests().size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_eviction_names_the_uid_and_leaves_the_grace_period_alone) {
  Fixture f;
  f.transport.then(json_answer(201, R"({"kind":"Status","status":"Success"})"));
  REQUIRE_OK(f.client.evict("demo-0", "u-1"));
  const Request request = f.only_request();
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.target == "/api/v1/namespaces/cassandra/pods/demo-0/eviction");
  const auto body = body_of(request);
  BOOST_TEST(body.text("apiVersion") == "policy/v1");
  BOOST_TEST(body.text("kind") == "Eviction");
  BOOST_TEST(body.object("metadata").text("name") == "demo-0");
  BOOST_TEST(body.object("metadata").text("namespace") == "cassandra");
  const auto options = body.object("deleteOptions");
  BOOST_TEST(options.object("preconditions").text("uid") == "u-1");
  BOOST_TEST(!options.has("gracePeriodSeconds"));
}

BOOST_AUTO_TEST_CASE(a_deletion_names_the_uid_and_leaves_the_grace_period_alone) {
  Fixture f;
  f.transport.then(json_answer(200, R"({"kind":"Pod"})"));
  REQUIRE_OK(f.client.delete_pod("demo-0", "u-1"));
  const Request request = f.only_request();
  BOOST_TEST(request.method == "DELETE");
  BOOST_TEST(request.target == "/api/v1/namespaces/cassandra/pods/demo-0");
  const auto body = body_of(request);
  BOOST_TEST(body.text("kind") == "DeleteOptions");
  BOOST_TEST(body.object("preconditions").text("uid") == "u-1");
  BOOST_TEST(!body.has("gracePeriodSeconds"));
}

BOOST_AUTO_TEST_CASE(without_a_uid_no_pod_is_evicted_or_deleted) {
  Fixture f;
  BOOST_TEST(kind_of(f.client.evict("demo-0", "")) == ErrorKind::internal);
  BOOST_TEST(kind_of(f.client.delete_pod("demo-0", "")) == ErrorKind::internal);
  BOOST_TEST(f.transport.requests().empty());
}

BOOST_AUTO_TEST_CASE(an_annotation_changes_nothing_but_itself) {
  Fixture f;
  f.transport.then(json_answer(200, R"({"kind":"Pod"})"));
  REQUIRE_OK(f.client.annotate_pod("demo-0", "x/touched", "42"));
  const Request request = f.only_request();
  BOOST_TEST(request.method == "PATCH");
  BOOST_TEST(find_header(request.headers, "Content-Type") == "application/merge-patch+json");
  BOOST_TEST(request.body == R"({"metadata":{"annotations":{"x/touched":"42"}}})");
}

BOOST_AUTO_TEST_CASE(every_way_in_which_an_eviction_is_refused_is_told_apart) {
  const std::vector<std::pair<maintenance::testing::Answer, ErrorKind>> rows{
      {status_answer(429, "TooManyRequests", "would violate the budget"), ErrorKind::too_many},
      {status_answer(500, "InternalError", "This pod has more than one PodDisruptionBudget"),
       ErrorKind::too_many},
      {status_answer(201, "InternalError", "This pod has more than one PodDisruptionBudget", 500),
       ErrorKind::too_many},
      {text_answer(429, "Too many requests"), ErrorKind::unreachable},  // no budget was asked
      {status_answer(409, "Conflict", "the uid does not match"), ErrorKind::conflict},
      {status_answer(404, "NotFound", "gone"), ErrorKind::not_found},
      {status_answer(403, "Forbidden", "no"), ErrorKind::forbidden},
      {transport_error(ErrorKind::unknown_outcome, "cut"), ErrorKind::unknown_outcome},
      {transport_error(ErrorKind::timeout, "not sent"), ErrorKind::timeout},
      {transport_error(ErrorKind::unreachable, "not sent"), ErrorKind::unreachable},
      {text_answer(200, "<html>please log in</html>"), ErrorKind::protocol},
  };
  for (const auto& [answer, kind] : rows) {
    Fixture f;
    f.transport.then(answer);
    const auto failure = failure_of(f.client.evict("demo-0", "u-1"));
    BOOST_TEST(failure.kind == kind, failure.message());
    BOOST_TEST(contains(failure.message(), "evicting pod cassandra/demo-0"));
  }
}

BOOST_AUTO_TEST_CASE(a_write_at_which_the_server_failed_has_an_unknown_outcome) {
  const std::vector<std::pair<maintenance::testing::Answer, ErrorKind>> rows{
      {status_answer(504, "Timeout", "request did not complete in time"), ErrorKind::timeout},
      {status_answer(500, "InternalError", "etcdserver: request timed out"), ErrorKind::server},
      {text_answer(502, "<html>bad gateway</html>"), ErrorKind::server},
  };
  for (const auto& [answer, kind_of_read] : rows) {
    Fixture f;
    f.transport.handle_with([answer = answer](const Request&) { return answer; });
    BOOST_TEST(kind_of(f.client.evict("demo-0", "u-1")) == ErrorKind::unknown_outcome);
    BOOST_TEST(kind_of(f.client.delete_pod("demo-0", "u-1")) == ErrorKind::unknown_outcome);
    BOOST_TEST(kind_of(f.client.patch_config_map("m", "7", {})) == ErrorKind::unknown_outcome);
    BOOST_TEST(kind_of(f.client.get_pod("demo-0")) == kind_of_read);
  }
}

BOOST_AUTO_TEST_CASE(a_write_that_the_server_did_not_take_up_did_not_happen) {
  Fixture f;
  f.transport.then(status_answer(503, "ServiceUnavailable", "starting"));
  BOOST_TEST(kind_of(f.client.evict("demo-0", "u-1")) == ErrorKind::server);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_object_is_a_failure) {
  for (const std::string body : {"", "[]", "true", "<html>", "{"}) {
    Fixture f;
    f.transport.then(json_answer(200, body));
    BOOST_TEST(kind_of(f.client.get_pod("demo-0")) == ErrorKind::protocol, body);
  }
}

BOOST_AUTO_TEST_CASE(each_request_has_its_own_deadline) {
  Fixture f;
  f.transport.handle_with([](const Request&) { return json_answer(200, "{}"); });
  const auto before = f.clock.steady_now();
  REQUIRE_OK(f.client.get_pod("demo-0"));
  f.clock.advance(std::chrono::seconds(5));
  REQUIRE_OK(f.client.get_pod("demo-0"));
  const auto deadlines = f.transport.deadlines();
  BOOST_TEST((deadlines.at(0) == before + kube::request_timeout));
  BOOST_TEST((deadlines.at(1) == before + kube::request_timeout + std::chrono::seconds(5)));
}

BOOST_AUTO_TEST_CASE(a_piece_of_work_has_one_deadline_for_all_its_requests) {
  Fixture f;
  f.transport.handle_with([](const Request&) { return json_answer(200, "{}"); });
  const auto end = f.clock.steady_now() + std::chrono::seconds(12);
  Client bounded = f.client.until(end);
  REQUIRE_OK(bounded.get_pod("demo-0"));
  f.clock.advance(std::chrono::seconds(5));
  REQUIRE_OK(bounded.get_pod("demo-0"));
  const auto deadlines = f.transport.deadlines();
  BOOST_TEST((deadlines.at(0) == end - std::chrono::seconds(2)));
  BOOST_TEST((deadlines.at(1) == end));
}

BOOST_AUTO_TEST_CASE(the_server_says_who_we_are) {
  Fixture f;
  f.transport.then(json_answer(201, R"({"status":{"userInfo":{"username":"jane"}}})"));
  const auto name = f.client.user_name();
  REQUIRE_OK(name);
  BOOST_TEST(*name == "jane");
  BOOST_TEST(f.only_request().target == "/apis/authentication.k8s.io/v1/selfsubjectreviews");
}

BOOST_AUTO_TEST_SUITE_END()
