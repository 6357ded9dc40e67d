// Who gets in when several ask at once: the conditional write of the ConfigMap decides, on a real
// API server, between agents that know nothing of each other.
#include <boost/test/unit_test.hpp>
#include <latch>
#include <set>
#include <thread>

#include "agent/store/record_store.h"
#include "tests/cluster/support/test_agent.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";

/// One pod of the race: who asks for it, how late, and what came of it.
struct Racer {
  TestAgent& agent;
  std::string pod;
  std::chrono::microseconds delay;
  std::string answer;
};

void race(std::array<Racer, 2>& racers) {
  std::latch start(2);
  std::vector<std::jthread> threads;
  for (Racer& racer : racers) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      // Not a wait for anything: it varies which agent is how far when the other one comes.
      std::this_thread::sleep_for(racer.delay);
      racer.answer = racer.agent.ask("PUT", "/pods/" + racer.pod);
    });
  }
}

bool won(const Racer& racer) {
  return racer.answer.starts_with("200 ");
}

/// What a person sees who was too late; the reason must be the guard, not a lost race.
bool lost_to(const Racer& racer, const std::string& winner) {
  return racer.answer.starts_with("409 ") &&
         racer.answer.find("ordered-ready") != std::string::npos &&
         racer.answer.find(winner) != std::string::npos;
}

/// One thread of the storm: puts and deletes its own pods, and remembers what it was promised.
struct Stormer {
  TestAgent& agent;
  std::vector<std::string> pods;
  std::mt19937_64 random;
  std::set<std::string> promised_in;
  std::vector<std::string> failures;

  void run(int requests) {
    for (int i = 0; i < requests; ++i) {
      const std::string& pod = pods[random() % pods.size()];
      const bool enter = random() % 2 == 0;
      const std::string answer = agent.ask(enter ? "PUT" : "DELETE", "/pods/" + pod);
      if (!answer.starts_with("200 ")) failures.push_back(pod + ": " + answer);
      if (enter) {
        promised_in.insert(pod);
      } else {
        promised_in.erase(pod);
      }
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(admission_test, Stage)

BOOST_AUTO_TEST_CASE(of_two_concurrent_requests_for_an_ordered_set_exactly_one_wins) {
  constexpr int tries = 100;
  const SetShape shape{.policy = "OrderedReady", .replicas = 2};
  make_config_map(config_map);
  make_dc(shape);
  TestAgent first(*this, transport());
  auto other_transport = transport_for(cluster().admin, watchdog());
  TestAgent second(*this, other_transport);
  std::mt19937_64 random = seeded_random();
  std::uniform_int_distribution<int> delay_us(0, 4000);
  int wins = 0;
  std::set<std::string> winners;

  for (int i = 0; i < tries; ++i) {
    std::array<Racer, 2> racers{
        {{first, shape.pod(0), std::chrono::microseconds(delay_us(random)), {}},
         {second, shape.pod(1), std::chrono::microseconds(delay_us(random)), {}}}};
    race(racers);
    const auto data = data_of(config_map);
    BOOST_TEST_CONTEXT("try " << i << ": " << racers[0].answer << " / " << racers[1].answer) {
      BOOST_REQUIRE(won(racers[0]) != won(racers[1]));
      const Racer& winner = won(racers[0]) ? racers[0] : racers[1];
      const Racer& loser = won(racers[0]) ? racers[1] : racers[0];
      BOOST_REQUIRE(lost_to(loser, winner.pod));
      BOOST_REQUIRE(data.size() == 1U);
      BOOST_REQUIRE(data.contains(winner.pod));
      BOOST_REQUIRE(terminating(winner.pod));
      BOOST_REQUIRE(!terminating(loser.pod));
      ++wins;
      winners.insert(winner.pod);
      api().patch(core("configmaps/" + config_map), R"({"data":null})");
      replace_pod(shape, winner.pod == shape.pod(0) ? 0 : 1, PodPhase::ready);
    }
  }
  BOOST_TEST(wins == tries);
  // Otherwise it was no race.
  BOOST_TEST(winners.size() == 2U);
}

BOOST_AUTO_TEST_CASE(many_requests_at_once_lose_no_update_and_touch_no_foreign_key) {
  const SetShape shape{.replicas = 16};
  make_config_map(config_map);
  make_set(shape);
  for (int ordinal = 0; ordinal < shape.replicas; ++ordinal)
    make_pod(shape, ordinal, PodPhase::pending);
  const std::map<std::string, std::string> foreign{
      {"demo-cassandra-dc2-0", "true"}, {"not-even-a-pod", "{half a json"}, {"empty", ""}};
  for (const auto& [key, value] : foreign)
    write_key(config_map, key, value);
  TestAgent first(*this, transport());
  TestAgent second(*this, transport());
  std::mt19937_64 random = seeded_random();
  std::vector<Stormer> stormers;
  for (int i = 0; i < 8; ++i) {
    stormers.push_back(Stormer{i % 2 == 0 ? first : second,
                               {shape.pod(2 * i), shape.pod(2 * i + 1)},
                               std::mt19937_64(random()),
                               {},
                               {}});
  }
  {
    std::vector<std::jthread> threads;
    for (Stormer& stormer : stormers)
      threads.emplace_back([&] { stormer.run(8); });
  }
  std::set<std::string> expected;
  for (const Stormer& stormer : stormers) {
    for (const std::string& failure : stormer.failures)
      BOOST_ERROR("a request failed: " << failure);
    expected.insert(stormer.promised_in.begin(), stormer.promised_in.end());
  }
  std::set<std::string> actual;
  const auto data = data_of(config_map);
  for (const auto& [key, value] : data) {
    if (foreign.contains(key)) {
      BOOST_TEST(value == foreign.at(key));
    } else {
      actual.insert(key);
    }
  }
  BOOST_TEST(actual == expected, boost::test_tools::per_element());
  BOOST_TEST(data.size() == expected.size() + foreign.size());
}

BOOST_AUTO_TEST_CASE(a_person_who_edits_the_config_map_meanwhile_loses_nothing) {
  const SetShape shape{.replicas = 1};
  make_config_map(config_map);
  make_set(shape);
  make_pod(shape, 0, PodPhase::pending);
  TestAgent agent(*this, transport());
  constexpr int rounds = 30;
  std::vector<std::string> answers;
  {
    std::jthread person([&] {
      for (int i = 0; i < rounds; ++i)
        write_key(config_map, "by-hand-" + std::to_string(i), "true");
    });
    for (int i = 0; i < rounds; ++i)
      answers.push_back(agent.ask(i % 2 == 0 ? "PUT" : "DELETE", "/pods/" + shape.pod(0)));
  }
  for (const std::string& answer : answers)
    BOOST_TEST(answer.starts_with("200 "), answer);
  const auto data = data_of(config_map);
  BOOST_TEST(data.size() == static_cast<std::size_t>(rounds));
  for (int i = 0; i < rounds; ++i)
    BOOST_TEST(data.contains("by-hand-" + std::to_string(i)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
