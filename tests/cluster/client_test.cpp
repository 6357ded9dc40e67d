// The small Kubernetes client against a real API server: what a scripted server cannot promise.
#include "common/kube/client.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "tests/cluster/support/altered_transport.h"
#include "tests/cluster/support/service_account.h"
#include "tests/cluster/support/stage.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";

std::string kind_of(const Error& error) {
  return std::string(to_string(error.kind));
}

/// "ok", or the kind of the failure: what a test compares.
template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "ok" : kind_of(result.error());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_test, Stage)

BOOST_AUTO_TEST_CASE(a_list_is_read_page_by_page_to_its_end) {
  const SetShape shape{.replicas = 7};
  for (int ordinal = 0; ordinal < shape.replicas; ++ordinal)
    make_pod(shape, ordinal, PodPhase::unscheduled);
  make_pod(SetShape{.dc = "dc10"}, 0, PodPhase::unscheduled);
  // Pages of two instead of thousands of pods: the server's own continue tokens all the same.
  AlteredTransport small_pages(transport(), [](http::Request request, const auto& forward) {
    const auto limit = request.target.find("limit=250");
    if (limit != std::string::npos) request.target.replace(limit, 9, "limit=2");
    return forward(request);
  });
  kube::Client paging(small_pages, clock(), namespace_name());

  const auto pods = paging.list_pods("cassandra-cluster-dc=dc1");

  BOOST_REQUIRE_EQUAL(outcome(pods), "ok");
  std::set<std::string> names;
  for (const kube::Pod& pod : *pods)
    names.insert(pod.metadata.name);
  BOOST_TEST(names.size() == 7U);
  BOOST_TEST(pods->size() == 7U);
  BOOST_TEST(names.contains("demo-cassandra-dc1-6"));
  BOOST_TEST(small_pages.requests().size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_page_token_that_has_expired_is_an_error_and_not_a_short_list) {
  const SetShape shape;
  for (int ordinal = 0; ordinal < shape.replicas; ++ordinal)
    make_pod(shape, ordinal, PodPhase::unscheduled);
  AlteredTransport spoiled(transport(), [](http::Request request, const auto& forward) {
    const auto limit = request.target.find("limit=250");
    if (limit != std::string::npos) request.target.replace(limit, 9, "limit=2");
    const auto token = request.target.find("&continue=");
    if (token != std::string::npos) request.target.resize(token + std::string("&continue=").size());
    if (token != std::string::npos) request.target += "spoiled";
    return forward(request);
  });
  kube::Client paging(spoiled, clock(), namespace_name());
  BOOST_TEST(outcome(paging.list_pods({})) == "invalid");
}

BOOST_AUTO_TEST_CASE(a_write_at_an_old_version_is_a_conflict_and_changes_nothing) {
  make_config_map(config_map);
  const auto old = client().get_config_map(config_map);
  BOOST_REQUIRE(old.ok());
  write_key(config_map, "somebody", "else");

  const auto late = client().patch_config_map(config_map, old->metadata.resource_version,
                                              {{"mine", std::string("1")}});

  BOOST_TEST(outcome(late) == "conflict");
  const std::map<std::string, std::string> expected{{"somebody", "else"}};
  BOOST_TEST((data_of(config_map) == expected));
}

BOOST_AUTO_TEST_CASE(keys_are_set_and_removed_one_by_one) {
  make_config_map(config_map);
  write_key(config_map, "theirs", "true");
  auto map = client().get_config_map(config_map);
  BOOST_REQUIRE(map.ok());
  map =
      client().patch_config_map(config_map, map->metadata.resource_version,
                                {{"a", std::string("\"quoted\" \\ and ü")}, {"b", std::string()}});
  BOOST_REQUIRE_EQUAL(outcome(map), "ok");
  BOOST_TEST(map->data.at("a") == "\"quoted\" \\ and ü");
  map = client().patch_config_map(config_map, map->metadata.resource_version,
                                  {{"a", std::nullopt}, {"never-there", std::nullopt}});
  BOOST_REQUIRE_EQUAL(outcome(map), "ok");
  const std::map<std::string, std::string> expected{{"b", ""}, {"theirs", "true"}};
  BOOST_TEST((map->data == expected));
  BOOST_TEST((data_of(config_map) == expected));
}

BOOST_AUTO_TEST_CASE(a_key_that_kubernetes_does_not_allow_is_invalid) {
  make_config_map(config_map);
  const auto map = client().get_config_map(config_map);
  BOOST_REQUIRE(map.ok());
  const auto refused = client().patch_config_map(config_map, map->metadata.resource_version,
                                                 {{"no/slash", std::string("x")}});
  BOOST_TEST(outcome(refused) == "invalid");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found) {
  BOOST_TEST(outcome(client().get_pod("nobody")) == "not found");
  BOOST_TEST(outcome(client().get_config_map("nothing")) == "not found");
  BOOST_TEST(outcome(client().evict("nobody", "some-uid")) == "not found");
  BOOST_TEST(outcome(client().delete_pod("nobody", "some-uid")) == "not found");
  BOOST_TEST(outcome(client().annotate_pod("nobody", "a/b", "c")) == "not found");
  const auto none = client().find_pod("nobody");
  BOOST_REQUIRE(none.ok());
  BOOST_TEST(!none->has_value());
}

BOOST_AUTO_TEST_CASE(another_uid_is_a_conflict_and_the_pod_lives_on) {
  const SetShape shape;
  make_pod(shape, 0, PodPhase::ready);
  const std::string other = "00000000-0000-0000-0000-000000000000";
  BOOST_TEST(outcome(client().evict(shape.pod(0), other)) == "conflict");
  BOOST_TEST(outcome(client().delete_pod(shape.pod(0), other)) == "conflict");
  BOOST_TEST(!terminating(shape.pod(0)));
}

BOOST_AUTO_TEST_CASE(deleting_and_evicting_keep_the_whole_grace_period) {
  const SetShape shape{.grace_s = 77};
  make_pod(shape, 0, PodPhase::ready);
  make_pod(shape, 1, PodPhase::ready);
  const auto first = client().get_pod(shape.pod(0));
  const auto second = client().get_pod(shape.pod(1));
  BOOST_REQUIRE(first.ok());
  BOOST_REQUIRE(second.ok());

  BOOST_TEST(outcome(client().evict(shape.pod(0), first->metadata.uid)) == "ok");
  BOOST_TEST(outcome(client().delete_pod(shape.pod(1), second->metadata.uid)) == "ok");

  for (int ordinal : {0, 1}) {
    const auto metadata = pod_object(shape.pod(ordinal)).object("metadata");
    BOOST_TEST(metadata.has("deletionTimestamp"));
    BOOST_TEST(metadata.number("deletionGracePeriodSeconds") == 77);
  }
}

BOOST_AUTO_TEST_CASE(an_exhausted_budget_and_two_budgets_are_both_a_refusal) {
  const SetShape shape;
  make_pod(shape, 0, PodPhase::ready);
  const auto pod = client().get_pod(shape.pod(0));
  BOOST_REQUIRE(pod.ok());
  make_budget("first", shape, BudgetStatus{});
  const auto exhausted = client().evict(shape.pod(0), pod->metadata.uid);
  BOOST_TEST(outcome(exhausted) == "too many requests");
  BOOST_TEST(!exhausted.ok());
  BOOST_TEST(exhausted.error().cause.find("disruption budget") != std::string::npos);

  make_budget("second", shape, BudgetStatus{.allowed = 1});
  BOOST_TEST(outcome(client().evict(shape.pod(0), pod->metadata.uid)) == "too many requests");
  BOOST_TEST(!terminating(shape.pod(0)));
}

BOOST_AUTO_TEST_CASE(an_annotation_is_added_to_the_others) {
  const SetShape shape;
  make_pod(shape, 0, PodPhase::ready);
  BOOST_TEST(outcome(client().annotate_pod(shape.pod(0), "a.example/one", "1")) == "ok");
  BOOST_TEST(outcome(client().annotate_pod(shape.pod(0), "a.example/two", "2")) == "ok");
  const auto pod = client().get_pod(shape.pod(0));
  BOOST_REQUIRE(pod.ok());
  BOOST_TEST(pod->metadata.annotations.at("a.example/one") == "1");
  BOOST_TEST(pod->metadata.annotations.at("a.example/two") == "2");
}

BOOST_AUTO_TEST_CASE(who_may_not_is_forbidden_and_who_is_nobody_unauthorized) {
  make_config_map(config_map);
  TokenTransport powerless(*this, service_account_token(*this, "powerless"));
  kube::Client client(powerless, clock(), namespace_name());
  const auto forbidden = client.get_config_map(config_map);
  BOOST_TEST(outcome(forbidden) == "forbidden");
  BOOST_TEST(forbidden.error().cause.find("powerless") != std::string::npos);
  BOOST_TEST(outcome(client.evict("nobody", "uid")) == "forbidden");
  const auto name = client.user_name();
  BOOST_REQUIRE_EQUAL(outcome(name), "ok");
  BOOST_TEST(*name == "system:serviceaccount:" + namespace_name() + ":powerless");

  TokenTransport unknown(*this, "not-a-token");
  kube::Client stranger(unknown, clock(), namespace_name());
  BOOST_TEST(outcome(stranger.get_config_map(config_map)) == "unauthorized");
}

BOOST_AUTO_TEST_CASE(objects_are_read_as_the_server_writes_them) {
  const SetShape shape{.policy = "OrderedReady", .replicas = 2};
  make_dc(shape);
  set_phase(shape, 1, PodPhase::held);
  const auto sets = client().list_stateful_sets("cassandra-cluster-instance=demo");
  BOOST_REQUIRE_EQUAL(outcome(sets), "ok");
  BOOST_REQUIRE(sets->size() == 1U);
  BOOST_TEST(sets->front().pod_management_policy == "OrderedReady");
  BOOST_TEST(sets->front().replicas == 2);
  const auto pods = client().list_pods("cassandra-cluster-dc=dc1");
  BOOST_REQUIRE_EQUAL(outcome(pods), "ok");
  BOOST_REQUIRE(pods->size() == 2U);
  const kube::Pod& ready = pods->at(0);
  const kube::Pod& held = pods->at(1);
  BOOST_TEST(ready.metadata.controller_kind == "StatefulSet");
  BOOST_TEST(ready.metadata.controller_name == shape.name());
  BOOST_TEST(ready.ready);
  BOOST_TEST(!held.ready);
  const auto* gate = kube::find_status(held.init_containers, "maintenance-mode");
  BOOST_REQUIRE(gate != nullptr);
  BOOST_TEST(gate->running);
  const auto* init = kube::find_container(held.spec.init_containers, "maintenance-mode");
  BOOST_REQUIRE(init != nullptr);
  BOOST_TEST(init->config_maps.at(0) == config_map);
  BOOST_TEST(kube::find_container(held.spec.containers, "cassandra")->has_pre_stop);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
