#include <csignal>
#include <optional>
#include <regex>

#include "tests/e2e/killing_proxy.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Crash {
  static constexpr const char* name = "crash";
};

/// More requests than one change needs; there is a pod for each.
constexpr int requests_max = 12;
constexpr milliseconds agent_start_limit = 20s;
/// A difference must last 16 s before the agent acts on it, and a restart takes a few more.
constexpr milliseconds converge_limit = 90s;

/// What a program has written, as soon as this matches; the first group of it.
std::string wait_for(Background& program, const std::string& pattern) {
  const std::regex expression(pattern);
  std::smatch match;
  std::string text;
  until(pattern, agent_start_limit, [&] {
    text = program.out();
    return std::regex_search(text, match, expression);
  });
  return match[1].str();
}

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

/// The API server as plain HTTP, for the killing proxy.
class Upstream {
 public:
  Upstream()
      : kubectl_({"kubectl", "proxy", "--port=0"}),
        port_(static_cast<std::uint16_t>(
            std::stoi(wait_for(kubectl_, "Starting to serve on 127.0.0.1:(\\d+)")))) {}
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Background kubectl_;
  std::uint16_t port_;
};

/// The real agent as a process of this machine, whose way to the API server leads through a proxy
/// that may kill it.
class MortalAgent {
 public:
  explicit MortalAgent(const Upstream& upstream)
      : proxy_(upstream.port(), [this] { agent_->signal(SIGKILL); }) {
    agent_.emplace(std::vector<std::string>{
        "env", "CONFIGMAP_NAME=" + std::string(story_config_map), "POD_NAMESPACE=crash-story",
        "CASSANDRA_ENDPOINT_LABELS=cassandra-cluster-component=cassandra,"
        "cassandra-cluster-instance=story",
        "MAINTENANCE_BIND=127.0.0.1", "MAINTENANCE_PORT=0", "MAINTENANCE_HEALTH_PORT=0",
        "MAINTENANCE_API_SERVER=http://127.0.0.1:" + std::to_string(proxy_.port()),
        "maintenance-agent"});
    port_ = wait_for(*agent_, "\"event\":\"started\".*\"port\":\"(\\d+)\",\"health_port\"");
    // What it asks by itself when it starts is over then.
    until("its three watches", agent_start_limit,
          [&] { return count_of(agent_->out(), "\"watch_current\"") == 3; });
  }
  /// One change, in which the agent makes so many requests at most. True when it was killed, which
  /// may be after its answer: Events are reported later.
  bool change(const std::string& method, const std::string& pod, int requests) {
    proxy_.arm(requests);
    const auto asked =
        testing::shell("curl -sS -m 30 -X " + method + " localhost:" + port_ + "/pods/" + pod);
    if (!proxy_.killed()) {
      BOOST_REQUIRE_MESSAGE(asked.ok(), "the change itself" << asked);
      return false;
    }
    until("the agent's end", 10s, [&] { return !agent_->running(); });
    BOOST_TEST_MESSAGE("      killed after " << proxy_.requests().back());
    return true;
  }

 private:
  std::optional<Background> agent_;
  KillingProxy proxy_;
  std::string port_;
};

/// Kills an agent after each request of `method`, each at a pod of its own. How many pods that
/// took.
int kill_at_each_request(const Upstream& upstream, const std::string& method) {
  for (int requests = 1; requests < requests_max; ++requests) {
    MortalAgent agent(upstream);
    if (!agent.change(method, story_pod(requests - 1), requests)) return requests;
  }
  BOOST_FAIL("a change that never comes to its end");
  return 0;
}

/// The wish is fulfilled, whichever it is: held with a record, Ready without one.
bool settled(const std::string& pod) {
  return record_of(pod) ? is_held(pod) : is_ready(pod) && gate_field(pod, "state.running").empty();
}

/// Waits until an agent that nobody asks anything has brought all of these pods to their wish.
void converge(const Upstream& upstream, int pods) {
  const MortalAgent survivor(upstream);
  for (int i = 0; i < pods; ++i) {
    const auto took =
        until("pod " + story_pod(i), converge_limit, [&] { return settled(story_pod(i)); });
    measured("pod " + std::to_string(i) + (record_of(story_pod(i)) ? " held" : " normal"), took);
  }
}

void hold_all(const Upstream& upstream, int pods) {
  MortalAgent agent(upstream);
  for (int i = 0; i < pods; ++i)
    BOOST_REQUIRE(!agent.change("PUT", story_pod(i), requests_max * requests_max));
  for (int i = 0; i < pods; ++i)
    wait_until_held(story_pod(i));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crash_story, *boost::unit_test::fixture<OwnStage<Crash>>())

BOOST_AUTO_TEST_CASE(whatever_a_killed_agent_leaves_the_next_one_brings_to_its_end) {
  given("an agent that is killed after each of its requests to the API server, in turn");
  const Upstream upstream;
  when("it enables maintenance, of another pod each time");
  const int entered = kill_at_each_request(upstream, "PUT");
  then("each pod is held if it is recorded, and runs if it is not, without anybody's help");
  converge(upstream, entered);
  int held = 0;
  for (int i = 0; i < entered; ++i)
    held += record_of(story_pod(i)) ? 1 : 0;
  BOOST_CHECK_GE(entered, 6);  // reads, the write, the eviction; the last one was not killed
  BOOST_CHECK_GE(held, 3);     // killed after the write, after the eviction, and not at all

  given("all of them held");
  hold_all(upstream, entered);
  when("maintenance is disabled, by agents that are killed");
  const int left = kill_at_each_request(upstream, "DELETE");
  BOOST_REQUIRE_LE(left, entered);
  then("each pod is still held if it is recorded, and runs if it is not");
  converge(upstream, left);
  BOOST_CHECK(record_of(story_pod(0)));          // killed after its first read
  BOOST_CHECK(!record_of(story_pod(left - 1)));  // the one that was not killed
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
