#include "agent/store/record_store.h"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <thread>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using namespace std::chrono_literals;

const std::string pod = pod_name("dc1", 0);

struct StoreStage {
  FakeCluster cluster;
  FakeClock clock;
  FixedRandom random;
  agent::Turn turn;
  kube::Client client{cluster.transport(), clock, "cassandra"};
  agent::RecordStore store{{client, FakeCluster::config_map, clock, random, turn}};
  int decisions = 0;

  /// Sets the pod's key, whatever else there is.
  Result<kube::ConfigMap> set(const std::string& value) {
    return store.change([&](const kube::ConfigMap&) {
      ++decisions;
      return Result<kube::DataChange>(kube::DataChange{{pod, value}});
    });
  }
  /// Before each of the next `times` patches somebody else changes the ConfigMap.
  void disturb(int times) {
    cluster.intercept = [this, times](const http::Request& request) mutable {
      if (request.method == "PATCH" && times > 0) {
        --times;
        ++cluster.version;
      }
      return std::optional<Answer>();
    };
  }
  /// The answer to the first patch is lost; the patch itself arrives or not.
  void lose_first_patch(
      bool arrives, std::function<void()> meanwhile = [] {}) {
    bool lost = false;
    cluster.intercept = [this, arrives, meanwhile,
                         lost](const http::Request& request) mutable -> std::optional<Answer> {
      if (request.method != "PATCH" || lost) return std::nullopt;
      lost = true;
      if (arrives) (void)cluster.answer(request).ok();
      meanwhile();
      return transport_error(ErrorKind::unknown_outcome, "connection reset");
    };
  }
  [[nodiscard]] std::size_t patches() const { return cluster.requests("PATCH").size(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(record_store_test, StoreStage)

BOOST_AUTO_TEST_CASE(a_write_is_a_conditional_patch_of_our_keys_only) {
  cluster.data = {{"foreign", "{half a json"}, {"old", "true"}};
  BOOST_REQUIRE(set("x").ok());
  const auto requests = cluster.transport().requests();
  BOOST_REQUIRE(requests.size() == 2U);
  BOOST_TEST(requests[1].method == "PATCH");
  BOOST_TEST(has_all(requests[1].body, {R"("resourceVersion":"1")", pod}), requests[1].body);
  BOOST_TEST(requests[1].body.find("foreign") == std::string::npos);
  const std::map<std::string, std::string> expected{
      {"foreign", "{half a json"}, {"old", "true"}, {pod, "x"}};
  BOOST_TEST((cluster.data == expected));
}

BOOST_AUTO_TEST_CASE(an_empty_change_writes_nothing) {
  const auto left = store.change(
      [](const kube::ConfigMap&) { return Result<kube::DataChange>(kube::DataChange{}); });
  BOOST_TEST(left.ok());
  BOOST_TEST(patches() == 0U);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_decision_ends_it) {
  const auto refused = store.change([](const kube::ConfigMap&) {
    return Result<kube::DataChange>(Error{ErrorKind::policy, "deciding", "no"});
  });
  BOOST_REQUIRE(!refused.ok());
  BOOST_TEST((refused.error().kind == ErrorKind::policy));
  BOOST_TEST(patches() == 0U);
}

BOOST_AUTO_TEST_CASE(after_a_conflict_it_reads_and_decides_again) {
  disturb(3);
  BOOST_REQUIRE(set("x").ok());
  BOOST_TEST(decisions == 4);
  BOOST_TEST(cluster.data.at(pod) == "x");
  BOOST_TEST(clock.sleeps().size() == 3U);
}

BOOST_AUTO_TEST_CASE(endless_conflicts_end_as_a_conflict) {
  disturb(1000);
  const auto result = set("x");
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::conflict));
  BOOST_TEST(patches() == static_cast<std::size_t>(agent::write_tries_max));
  BOOST_TEST(!cluster.data.contains(pod));
}

BOOST_AUTO_TEST_CASE(waits_between_conflicts_end_in_time_and_are_not_always_long) {
  disturb(1000);
  BOOST_REQUIRE(!set("x").ok());
  const auto sleeps = clock.sleeps();
  BOOST_TEST(std::accumulate(sleeps.begin(), sleeps.end(), 0ms).count() < 4000);
  // Whoever always waits meets somebody who never does, and loses.
  BOOST_TEST(std::min_element(sleeps.begin() + 6, sleeps.end())->count() < 50);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_of_a_write_that_arrived_is_a_success) {
  lose_first_patch(true);
  BOOST_REQUIRE(set("x").ok());
  BOOST_TEST(patches() == 1U);
  BOOST_TEST(decisions == 1);
}

BOOST_AUTO_TEST_CASE(a_lost_write_is_written_again) {
  lose_first_patch(false);
  BOOST_REQUIRE(set("x").ok());
  BOOST_TEST(patches() == 2U);
  BOOST_TEST(cluster.data.at(pod) == "x");
}

BOOST_AUTO_TEST_CASE(a_lost_answer_and_a_dead_server_are_not_called_a_failure) {
  bool dead = false;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (dead) return transport_error(ErrorKind::unreachable, "connection refused");
    if (request.method != "PATCH") return std::nullopt;
    dead = true;
    return transport_error(ErrorKind::unknown_outcome, "connection reset");
  };
  const auto result = set("x");
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::unknown_outcome));
}

BOOST_AUTO_TEST_CASE(a_write_in_doubt_is_not_called_failed_for_what_fails_after_it) {
  int sent = 0;
  cluster.intercept = [&](const http::Request& request) -> std::optional<Answer> {
    if (request.method != "PATCH") return std::nullopt;
    if (++sent == 1) return transport_error(ErrorKind::unknown_outcome, "connection reset");
    return status_answer(429, "TooManyRequests", "later");
  };
  const auto result = set("x");
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::unknown_outcome));
  BOOST_TEST(has_all(result.error().message(), {FakeCluster::config_map, "later"}));
}

BOOST_AUTO_TEST_CASE(what_fails_while_a_write_is_in_doubt_is_tried_again) {
  lose_first_patch(false);
  const auto written = store.change([&](const kube::ConfigMap&) -> Result<kube::DataChange> {
    if (++decisions == 2) return Error{ErrorKind::unreachable, "listing pods", "refused"};
    return kube::DataChange{{pod, "x"}};
  });
  BOOST_TEST(written.ok());
  BOOST_TEST(cluster.data.at(pod) == "x");
}

BOOST_AUTO_TEST_CASE(a_write_in_doubt_that_may_still_arrive_is_not_followed_by_a_no) {
  lose_first_patch(false);
  const auto decide = [&](const kube::ConfigMap&) -> Result<kube::DataChange> {
    if (++decisions > 1) return kube::DataChange{};
    return kube::DataChange{{pod, "x"}};
  };
  const auto result = store.change(decide);
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::unknown_outcome));
  // When the ConfigMap has changed since, its condition is gone and it can do nothing any more.
  decisions = 0;
  lose_first_patch(false, [this] { ++cluster.version; });
  BOOST_TEST(store.change(decide).ok());
  BOOST_TEST(decisions == 2);
}

BOOST_AUTO_TEST_CASE(a_key_that_somebody_else_removed_does_not_prove_our_removal) {
  const std::string other = pod_name("dc1", 1);
  cluster.data = {{pod, "true"}};
  // Never written; and before `pod` was removed by somebody else, `other` was added.
  lose_first_patch(false, [&] {
    ++cluster.version;
    cluster.data = {{other, "true"}};
  });
  const auto left = store.change([&](const kube::ConfigMap& current) -> Result<kube::DataChange> {
    kube::DataChange change;
    for (const auto& [key, value] : current.data)
      change.emplace(key, std::nullopt);
    return change;
  });
  BOOST_REQUIRE(left.ok());
  BOOST_TEST(left->data.empty());
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(a_missing_config_map_is_told_with_the_command_that_makes_it) {
  cluster.has_config_map = false;
  const auto result = set("x");
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::server));
  BOOST_TEST(has_all(result.error().message(),
                     {"kubectl create configmap demo-maintenance-configmap -n cassandra"}));
}

BOOST_AUTO_TEST_CASE(what_the_server_dislikes_is_not_the_callers_fault) {
  cluster.intercept = [](const http::Request& request) -> std::optional<Answer> {
    if (request.method != "PATCH") return std::nullopt;
    return status_answer(422, "Invalid", "field is immutable when `immutable` is set");
  };
  const auto result = set("x");
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.error().kind == ErrorKind::server));
}

BOOST_AUTO_TEST_CASE(only_records_with_our_id_are_taken_back) {
  Record ours;
  ours.id = "mine";
  Record theirs;
  theirs.id = "theirs";
  cluster.data = {{pod, format_record(ours)},
                  {pod_name("dc1", 1), format_record(theirs)},
                  {pod_name("dc1", 2), "true"},
                  {pod_name("dc1", 3), format_record(ours)}};
  const auto done = store.take_back({pod, pod_name("dc1", 1), pod_name("dc1", 2)}, "mine");
  BOOST_REQUIRE(done.ok());
  BOOST_TEST(!cluster.data.contains(pod));
  BOOST_TEST(cluster.data.contains(pod_name("dc1", 1)));
  BOOST_TEST(cluster.data.contains(pod_name("dc1", 2)));
  BOOST_TEST(cluster.data.contains(pod_name("dc1", 3)));
}

BOOST_AUTO_TEST_CASE(writers_of_one_process_do_not_beat_each_other) {
  constexpr int writers = 16;
  std::atomic<int> failures{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i) {
      threads.emplace_back([&, i] {
        agent::RecordStore own({client, FakeCluster::config_map, clock, random, turn});
        const auto done = own.change([i](const kube::ConfigMap&) {
          return Result<kube::DataChange>(kube::DataChange{{pod_name("dc1", i), "true"}});
        });
        if (!done) ++failures;
      });
    }
  }
  BOOST_TEST(failures.load() == 0);
  BOOST_TEST(cluster.data.size() == static_cast<std::size_t>(writers));
  // One patch each: nobody met a conflict.
  BOOST_TEST(patches() == static_cast<std::size_t>(writers));
}

BOOST_AUTO_TEST_CASE(what_would_not_fit_is_refused_before_it_is_sent) {
  cluster.data["foreign"] = std::string(1024UL * 1024 - 10, 'x');
  const auto written = set("true");
  BOOST_REQUIRE(!written.ok());
  BOOST_TEST((written.error().kind == ErrorKind::too_large));
  BOOST_TEST(has_all(written.error().message(), {"1048576", FakeCluster::config_map}));
  BOOST_TEST(patches() == 0U);
  // Taking out still works: it makes the ConfigMap smaller.
  cluster.data[pod] = "true";
  BOOST_TEST(store
                 .change([](const kube::ConfigMap&) {
                   return Result<kube::DataChange>(kube::DataChange{{pod, std::nullopt}});
                 })
                 .ok());
  BOOST_TEST(!cluster.data.contains(pod));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
