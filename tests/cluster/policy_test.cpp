// The root API from the request to the objects on a real API server: who is refused and why, and
// what a success leaves behind.
#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"
#include "tests/cluster/support/test_agent.h"
#include "tests/support/eventually.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";

/// "" when all of `parts` are in `text`, otherwise the first that is not, with the text.
std::string missing_in(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    if (text.find(part) == std::string::npos) return "no '" + part + "' in: " + text;
  }
  return {};
}

/// True for {"error": "…"} with one line for people.
bool is_one_sentence(const std::string& body) {
  const auto parsed = text::parse_json_object(body, "the answer");
  if (!parsed) return false;
  const std::string sentence = text::JsonView(*parsed).text("error");
  return !sentence.empty() && sentence.find('\n') == std::string::npos;
}

struct PolicyStage : Stage {
  TestAgent agent{*this, transport()};

  PolicyStage() { make_config_map(config_map); }
  std::string put(const std::string& path) { return agent.ask("PUT", path); }
  std::string remove(const std::string& path) { return agent.ask("DELETE", path); }
  std::string get(const std::string& path) { return agent.ask("GET", path); }
  [[nodiscard]] std::size_t records() { return data_of(config_map).size(); }
  [[nodiscard]] std::string touched(const std::string& pod) {
    return pod_object(pod)
        .object("metadata")
        .text_map("annotations")["cassandra-maintenance/touched"];
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(policy_test, PolicyStage)

BOOST_AUTO_TEST_CASE(a_pod_goes_in_and_out_with_the_seeds_answers) {
  const SetShape shape;
  const std::string pod = shape.pod(0);
  make_dc(shape);
  BOOST_TEST(get("/pods/" + pod) == R"(200 {"inMaintenance":false})");
  BOOST_TEST(put("/pods/" + pod + "?reason=snapshots%20of%20the%20night") ==
             "200 {\"" + pod + "\":true}");
  const Record record = parse_record(data_of(config_map).at(pod));
  BOOST_TEST(record.reason == "snapshots of the night");
  BOOST_TEST(!record.id.empty());
  BOOST_TEST(record.since.has_value());
  // Asked for, but not true yet: the pod is on its way down.
  BOOST_TEST(get("/pods/" + pod) == R"(200 {"inMaintenance":false})");

  replace_pod(shape, 0, PodPhase::held);
  BOOST_TEST(get("/pods/" + pod) == R"(200 {"inMaintenance":true})");
  BOOST_TEST(remove("/pods/" + pod) == "200 {\"" + pod + "\":false}");
  BOOST_TEST(records() == 0U);
  BOOST_TEST(!terminating(pod));
  set_phase(shape, 0, PodPhase::ready);
  BOOST_TEST(get("/pods/" + pod) == R"(200 {"inMaintenance":false})");
}

BOOST_AUTO_TEST_CASE(a_release_touches_the_pod_once_more_until_its_gate_has_ended) {
  const SetShape shape;
  const std::string pod = shape.pod(0);
  make_dc(shape);
  set_phase(shape, 0, PodPhase::held);
  write_key(config_map, pod, "true");

  BOOST_TEST(remove("/pods/" + pod) == "200 {\"" + pod + "\":false}");

  const std::string first = touched(pod);
  BOOST_TEST(!first.empty());
  BOOST_TEST(!terminating(pod));
  // The gate still runs, as it does when the kubelet saw the touch before the ConfigMap.
  BOOST_TEST(eventually(patience, [&] { return touched(pod) != first; }));
  set_phase(shape, 0, PodPhase::ready);
  BOOST_TEST(eventually(patience, [&] { return agent.api().releases().following() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_pod_of_another_cluster_is_no_member) {
  const SetShape other{.cluster = "other"};
  make_dc(SetShape{});
  make_dc(other);
  const std::string answer = put("/pods/" + other.pod(0));
  BOOST_TEST(answer.starts_with("422 "), answer);
  BOOST_TEST(missing_in(answer, {"not-a-member", other.pod(0)}) == "");
  BOOST_TEST(records() == 0U);
  BOOST_TEST(!terminating(other.pod(0)));
  BOOST_TEST(get("/pods/" + other.pod(0)).starts_with("404 "));
  BOOST_TEST(remove("/pods/" + other.pod(0)).starts_with("404 "));
  BOOST_TEST(touched(other.pod(0)) == "");
}

BOOST_AUTO_TEST_CASE(a_bare_pod_with_the_right_labels_is_no_member) {
  const SetShape bare{.dc = "bare"};
  make_pod(bare, 0, PodPhase::ready);
  const std::string answer = put("/pods/" + bare.pod(0));
  BOOST_TEST(answer.starts_with("422 "), answer);
  BOOST_TEST(missing_in(answer, {"not-a-member", bare.pod(0), "StatefulSet"}) == "");
  BOOST_TEST(records() == 0U);
  BOOST_TEST(!terminating(bare.pod(0)));
}

BOOST_AUTO_TEST_CASE(a_pod_without_a_gate_is_refused_before_anything_is_written) {
  const SetShape gateless{.dc = "old", .gate = false};
  const SetShape elsewhere{.dc = "elsewhere", .config_map = "another-configmap"};
  make_dc(gateless);
  make_dc(elsewhere);
  for (const SetShape& shape : {gateless, elsewhere}) {
    for (const std::string& path : {"/pods/" + shape.pod(0), "/dcs/" + shape.dc}) {
      const std::string answer = put(path);
      BOOST_TEST(answer.starts_with("422 "), answer);
      BOOST_TEST(missing_in(answer, {"no-gate", shape.pod(0), "maintenance-mode"}) == "");
    }
    BOOST_TEST(!terminating(shape.pod(0)));
  }
  BOOST_TEST(records() == 0U);
}

BOOST_AUTO_TEST_CASE(dc1_is_not_dc10) {
  const SetShape dc1{.dc = "dc1", .replicas = 2};
  const SetShape dc10{.dc = "dc10", .replicas = 2};
  make_dc(dc1);
  make_dc(dc10);

  const std::string answer = put("/dcs/dc1");

  BOOST_TEST(answer == R"(200 [{"demo-cassandra-dc1-0":true},{"demo-cassandra-dc1-1":true}])");
  for (int ordinal : {0, 1}) {
    BOOST_TEST(terminating(dc1.pod(ordinal)));
    BOOST_TEST(!terminating(dc10.pod(ordinal)));
    BOOST_TEST(!data_of(config_map).contains(dc10.pod(ordinal)));
  }
  BOOST_TEST(get("/dcs/dc1") == R"(200 {"dc1":true})");
  BOOST_TEST(get("/dcs/dc10") == R"(200 {"dc10":false})");
  BOOST_TEST(get("/dcs/dc").starts_with("404 "));
  BOOST_TEST(put("/dcs/dc").starts_with("404 "));
  BOOST_TEST(remove("/dcs/dc10") ==
             R"(200 [{"demo-cassandra-dc10-0":false},{"demo-cassandra-dc10-1":false}])");
  BOOST_TEST(records() == 2U);
  BOOST_TEST(remove("/dcs/dc1").starts_with("200 "));
  BOOST_TEST(records() == 0U);
}

BOOST_AUTO_TEST_CASE(an_ordered_dc_is_refused_even_with_one_replica) {
  const SetShape ordered{.dc = "single", .policy = "OrderedReady", .replicas = 1};
  make_dc(ordered);
  const std::string answer = put("/dcs/single");
  BOOST_TEST(answer.starts_with("409 "), answer);
  BOOST_TEST(missing_in(answer, {"ordered-ready", ordered.name(), "podManagementPolicy"}) == "");
  BOOST_TEST(records() == 0U);
  BOOST_TEST(!terminating(ordered.pod(0)));
}

BOOST_AUTO_TEST_CASE(a_second_ordered_pod_is_refused_and_told_which_one_is_in_the_way) {
  const SetShape ordered{.policy = "OrderedReady", .replicas = 2};
  make_dc(ordered);
  BOOST_TEST(put("/pods/" + ordered.pod(0)).starts_with("200 "));
  const std::string answer = put("/pods/" + ordered.pod(1));
  BOOST_TEST(answer.starts_with("409 "), answer);
  BOOST_TEST(missing_in(answer, {"ordered-ready", ordered.name(), ordered.pod(0),
                                 "kubectl maintenance disable pod " + ordered.pod(0), "immutable",
                                 "cassandracluster.yaml"}) == "");
  BOOST_TEST(is_one_sentence(answer.substr(4)));
  BOOST_TEST(records() == 1U);
  BOOST_TEST(!terminating(ordered.pod(1)));
  // The same one again is no second one.
  BOOST_TEST(put("/pods/" + ordered.pod(0)).starts_with("200 "));
}

BOOST_AUTO_TEST_CASE(a_key_of_the_reference_system_counts_as_a_record) {
  const SetShape ordered{.policy = "OrderedReady", .replicas = 2};
  make_dc(ordered);
  write_key(config_map, ordered.pod(1), "true");
  const std::string refused = put("/pods/" + ordered.pod(0));
  BOOST_TEST(refused.starts_with("409 "), refused);
  set_phase(ordered, 1, PodPhase::held);
  BOOST_TEST(get("/pods/" + ordered.pod(1)) == R"(200 {"inMaintenance":true})");
  BOOST_TEST(data_of(config_map).at(ordered.pod(1)) == "true");
  BOOST_TEST(remove("/pods/" + ordered.pod(1)).starts_with("200 "));
  BOOST_TEST(records() == 0U);
  BOOST_TEST(put("/pods/" + ordered.pod(0)).starts_with("200 "));
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_gone_can_be_released) {
  const SetShape shape{.replicas = 1};
  make_dc(shape);
  write_key(config_map, shape.pod(0), "true");
  write_key(config_map, shape.pod(7), "true");  // scaled away long ago
  destroy_pod(shape.pod(0));
  for (int ordinal : {0, 7}) {
    const std::string pod = shape.pod(ordinal);
    BOOST_TEST(remove("/pods/" + pod) == "200 {\"" + pod + "\":false}");
  }
  BOOST_TEST(records() == 0U);
  BOOST_TEST(remove("/pods/" + shape.pod(7)).starts_with("404 "));
  BOOST_TEST(is_one_sentence(remove("/pods/" + shape.pod(7)).substr(4)));
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_404_and_leaves_nothing) {
  make_dc(SetShape{});
  for (const std::string& path : {std::string("/pods/nobody"), std::string("/dcs/nowhere")}) {
    for (const char* method : {"GET", "PUT", "DELETE"}) {
      const std::string answer = agent.ask(method, path);
      BOOST_TEST(answer.starts_with("404 "), method << " " << path << ": " << answer);
      BOOST_TEST(is_one_sentence(answer.substr(4)), answer);
    }
  }
  BOOST_TEST(records() == 0U);
}

BOOST_AUTO_TEST_CASE(config_is_the_object_without_managed_fields_for_get_and_put) {
  write_key(config_map, "demo-cassandra-dc1-0", "true");
  for (const char* method : {"GET", "PUT"}) {
    const auto answer = agent.send(method, "/config");
    BOOST_TEST(answer.status == 200);
    const auto parsed = text::parse_json_object(answer.body, "the answer");
    BOOST_REQUIRE(parsed.ok());
    const text::JsonView map(*parsed);
    BOOST_TEST(map.text("kind") == "ConfigMap");
    BOOST_TEST(map.object("metadata").text("name") == config_map);
    BOOST_TEST(!map.object("metadata").has("managedFields"));
    BOOST_TEST(map.object("data").text("demo-cassandra-dc1-0") == "true");
  }
  BOOST_TEST(records() == 1U);
}

BOOST_AUTO_TEST_CASE(without_its_config_map_the_agent_says_so_in_one_sentence) {
  const SetShape shape;
  make_dc(shape);
  api().destroy(core("configmaps/" + config_map));
  const std::string pod = "/pods/" + shape.pod(0);
  for (const std::string& request : {"PUT " + pod, "DELETE " + pod, "GET " + pod,
                                     std::string("PUT /dcs/dc1"), std::string("GET /config")}) {
    const auto space = request.find(' ');
    const std::string answer = agent.ask(request.substr(0, space), request.substr(space + 1));
    BOOST_TEST(answer.starts_with("503 "), request << ": " << answer);
    BOOST_TEST(is_one_sentence(answer.substr(4)), answer);
    BOOST_TEST(missing_in(answer, {config_map, "kubectl create configmap"}) == "");
  }
  BOOST_TEST(!terminating(shape.pod(0)));
}

BOOST_AUTO_TEST_CASE(without_an_api_server_the_agent_says_so_in_one_sentence) {
  kube::Access nobody = cluster().admin;
  nobody.endpoint.port = 1;  // tcpmux: nobody listens there
  auto closed = transport_for(nobody, watchdog());
  TestAgent lonely(*this, closed);
  for (const char* method : {"GET", "PUT", "DELETE"}) {
    const std::string answer = lonely.ask(method, "/pods/demo-cassandra-dc1-0");
    BOOST_TEST(answer.starts_with("503 "), answer);
    BOOST_TEST(is_one_sentence(answer.substr(4)), answer);
    BOOST_TEST(missing_in(answer, {"127.0.0.1:1", "connection refused"}) == "");
  }
}

BOOST_AUTO_TEST_CASE(names_that_are_no_names_reach_no_server) {
  kube::Access nobody = cluster().admin;
  nobody.endpoint.port = 1;  // any request would end as 503
  auto closed = transport_for(nobody, watchdog());
  TestAgent careful(*this, closed);
  const std::vector<std::string> bad{"UPPER", "a%2fb", "a%3fb", "..",   std::string(300, 'a'),
                                     "a_b",   "-a",    "a%00b", "a%0ab"};
  for (const std::string& name : bad) {
    for (const char* method : {"GET", "PUT", "DELETE"}) {
      const std::string answer = careful.ask(method, "/pods/" + name);
      BOOST_TEST(answer.starts_with("400 "), name << ": " << answer);
      BOOST_TEST(is_one_sentence(answer.substr(4)), answer);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
