#include "common/maintenance/state.h"

#include <boost/test/unit_test.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/check.h"

using maintenance::compute_state;
using maintenance::ContainerNames;
using maintenance::describe;
using maintenance::observe;
using maintenance::parse_state;
using maintenance::Reality;
using maintenance::State;
using maintenance::Wish;
namespace kube = maintenance::kube;

namespace {

/// What a reality says about one fact: it must hold, must not hold, or does not matter.
enum class Is { yes, no, any };

/// One line of the definition: the first line that fits a combination names its state.
struct Line {
  std::string sentence;
  State state;
  Wish wish;
  Is exists = Is::any;
  Is terminating = Is::any;
  Is gate = Is::any;
  Is running = Is::any;
  Is ready = Is::any;
  Is restart = Is::any;
};

const std::vector<Line> definition{
    {"in, no such pod, a restart was asked for", State::entering, Wish::in, Is::no, Is::any,
     Is::any, Is::any, Is::any, Is::yes},
    {"in, no such pod", State::missing, Wish::in, Is::no},
    {"in, terminating", State::entering, Wish::in, Is::yes, Is::yes},
    {"in, the gate is running in a pod that stays", State::held, Wish::in, Is::yes, Is::no,
     Is::yes},
    {"in, Cassandra runs, a restart was asked for", State::entering, Wish::in, Is::yes, Is::no,
     Is::no, Is::yes, Is::any, Is::yes},
    {"in, Cassandra runs and nobody restarts it", State::drifted, Wish::in, Is::yes, Is::no, Is::no,
     Is::yes, Is::any, Is::no},
    {"in, has not reached the gate", State::entering, Wish::in, Is::yes, Is::no, Is::no, Is::no},
    {"out, the gate is still running", State::leaving, Wish::out, Is::yes, Is::any, Is::yes},
    {"out, terminating: a plain restart", State::starting, Wish::out, Is::yes, Is::yes},
    {"out, Cassandra running and ready", State::normal, Wish::out, Is::yes, Is::no, Is::no, Is::yes,
     Is::yes},
    {"out, anything else is on its way up", State::starting, Wish::out},
};

bool fits(Is wanted, bool fact) {
  return wanted == Is::any || (wanted == Is::yes) == fact;
}

bool fits(const Line& line, Wish wish, const Reality& reality) {
  return line.wish == wish && fits(line.exists, reality.exists) &&
         fits(line.terminating, reality.terminating) && fits(line.gate, reality.gate_running) &&
         fits(line.running, reality.cassandra_running) &&
         fits(line.ready, reality.cassandra_ready) && fits(line.restart, reality.restart_pending);
}

Reality reality_from_bits(unsigned bits) {
  const auto bit = [&](unsigned index) { return ((bits >> index) & 1U) != 0; };
  return Reality{bit(0), bit(1), bit(2), bit(3), bit(4), bit(5)};
}

constexpr unsigned realities = 64;

std::string words(const Reality& reality) {
  return std::string(reality.exists ? "exists " : "") +
         (reality.terminating ? "terminating " : "") + (reality.gate_running ? "gate " : "") +
         (reality.cassandra_running ? "running " : "") + (reality.cassandra_ready ? "ready " : "") +
         (reality.restart_pending ? "restart-pending" : "");
}

kube::Pod pod_with(const std::vector<kube::ContainerStatus>& init,
                   const std::vector<kube::ContainerStatus>& containers) {
  kube::Pod pod;
  pod.init_containers = init;
  pod.containers = containers;
  return pod;
}

kube::ContainerStatus status(const std::string& name, bool running, bool ready) {
  kube::ContainerStatus out;
  out.name = name;
  out.running = running;
  out.ready = ready;
  return out;
}

Reality seen(const kube::Pod& pod, const ContainerNames& names) {
  return observe(&pod, names);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(state_test)

BOOST_AUTO_TEST_CASE(every_combination_of_wish_and_reality_has_its_defined_state) {
  for (const Wish wish : {Wish::in, Wish::out}) {
    for (unsigned bits = 0; bits < realities; ++bits) {
      const Reality reality = reality_from_bits(bits);
      for (const Line& line : definition) {
        if (!fits(line, wish, reality)) continue;
        BOOST_TEST(compute_state(wish, reality) == line.state,
                   line.sentence << " [" << words(reality) << "]");
        break;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_line_of_the_definition_is_reached_and_none_is_missing) {
  std::set<std::string> reached;
  for (const Wish wish : {Wish::in, Wish::out}) {
    for (unsigned bits = 0; bits < realities; ++bits) {
      std::string first;
      for (const Line& line : definition) {
        if (first.empty() && fits(line, wish, reality_from_bits(bits))) first = line.sentence;
      }
      BOOST_TEST(!first.empty(), words(reality_from_bits(bits)));
      reached.insert(first);
    }
  }
  BOOST_TEST(reached.size() == definition.size());
}

BOOST_AUTO_TEST_CASE(a_pod_is_never_held_or_normal_against_the_wish) {
  for (unsigned bits = 0; bits < realities; ++bits) {
    const State in = compute_state(Wish::in, reality_from_bits(bits));
    BOOST_TEST((in != State::normal && in != State::leaving && in != State::starting));
    const State out = compute_state(Wish::out, reality_from_bits(bits));
    BOOST_TEST((out == State::normal || out == State::leaving || out == State::starting));
  }
}

BOOST_AUTO_TEST_CASE(each_state_is_read_back_from_its_name) {
  for (const State state : {State::normal, State::entering, State::held, State::leaving,
                            State::starting, State::missing, State::drifted}) {
    const auto read = parse_state(to_string(state));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(*read == state);
  }
  BOOST_TEST(to_string(State::held) == "held");
  for (const std::string name : {"", "Held", "held ", "unknown"})
    BOOST_TEST(!parse_state(name).has_value(), name);
}

BOOST_AUTO_TEST_CASE(no_pod_is_observed_as_nothing) {
  BOOST_TEST(!observe(nullptr, ContainerNames{}).exists);
}

BOOST_AUTO_TEST_CASE(a_pod_in_its_gate_is_observed_so) {
  const auto reality = seen(pod_with({status("maintenance-gate-copy", false, true),
                                      status("maintenance-mode", true, false)},
                                     {status("cassandra", false, false)}),
                            ContainerNames{});
  BOOST_TEST(words(reality) == "exists gate ");
}

BOOST_AUTO_TEST_CASE(another_init_container_is_not_the_gate) {
  const auto reality = seen(pod_with({status("copy-config", true, false)}, {}), ContainerNames{});
  BOOST_TEST(words(reality) == "exists ");
}

BOOST_AUTO_TEST_CASE(a_sidecar_is_not_cassandra) {
  const auto reality =
      seen(pod_with({}, {status("exporter", true, true), status("cassandra", true, false)}),
           ContainerNames{});
  BOOST_TEST(words(reality) == "exists running ");
}

BOOST_AUTO_TEST_CASE(ready_counts_only_while_cassandra_runs) {
  const auto reality = seen(pod_with({}, {status("cassandra", false, true)}), ContainerNames{});
  BOOST_TEST(words(reality) == "exists ");
}

BOOST_AUTO_TEST_CASE(container_names_are_configuration) {
  const auto reality = seen(pod_with({status("halt", true, false)}, {status("db", true, true)}),
                            ContainerNames{"db", "halt"});
  BOOST_TEST(words(reality) == "exists gate running ready ");
}

BOOST_AUTO_TEST_CASE(a_terminating_pod_is_observed_so) {
  kube::Pod pod = pod_with({}, {status("cassandra", true, true)});
  pod.metadata.terminating = true;
  BOOST_TEST(words(seen(pod, ContainerNames{})) == "exists terminating running ready ");
}

BOOST_AUTO_TEST_CASE(reality_is_described_by_what_matters_most) {
  const std::vector<std::pair<Reality, std::string>> rows{
      {Reality{}, "no pod"},
      {Reality{true}, "pending"},
      {Reality{true, true, true, true, true}, "terminating"},
      {Reality{true, false, true}, "gate running"},
      {Reality{true, false, false, true}, "running"},
      {Reality{true, false, false, true, true}, "ready"},
  };
  for (const auto& [reality, expected] : rows)
    BOOST_TEST(describe(reality) == expected);
}

BOOST_AUTO_TEST_SUITE_END()
