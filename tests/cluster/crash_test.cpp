// An agent that dies after any of its requests to a real API server: what is left is brought to its
// end by the next agent, without anybody asking.
#include <spdlog/sinks/null_sink.h>

#include <atomic>
#include <boost/test/unit_test.hpp>

#include "agent/reconcile/reconciler.h"
#include "tests/cluster/support/test_agent.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_clock.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";

/// Lets so many requests through and answers none after that: to the API server it makes no
/// difference whether the process is gone or can reach nothing. The answer of the last one is lost,
/// as it is when the process dies before it comes.
class DyingTransport final : public http::Transport {
 public:
  DyingTransport(http::Transport& inner, int requests) : inner_(inner), left_(requests) {}
  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override {
    const int left = left_--;
    if (left <= 0) return Error{ErrorKind::unreachable, "sending", "killed"};
    auto answer = inner_.send(request, deadline);
    if (left == 1) return Error{ErrorKind::unknown_outcome, "sending", "killed"};
    return answer;
  }
  [[nodiscard]] bool died() const { return left_ <= 0; }

 private:
  http::Transport& inner_;
  std::atomic<int> left_;
};

struct CrashStage : Stage {
  SetShape shape;
  const std::string pod = shape.pod(0);
  FakeClock fast;

  CrashStage() {
    make_config_map(config_map);
    make_dc(shape);
  }

  /// One request to an agent that dies after `requests` of its own. False when it did not need that
  /// many, so that there is nothing left to kill.
  bool ask_and_kill(const std::string& method, int requests) {
    DyingTransport dying(transport(), requests);
    TestAgent agent(*this, dying, fast);
    (void)agent.ask(method, "/pods/" + pod);
    return dying.died();
  }
  /// The next agent, left to itself until it finds nothing to do any more, and its worker until
  /// `done`.
  template <class Done>
  [[nodiscard]] bool let_the_next_one_work(const Done& done) {
    TestAgent next(*this, transport(), fast);
    agent::Log log{std::make_shared<spdlog::sinks::null_sink_mt>(), fast, agent::LogFormat::text,
                   agent::LogLevel::debug};
    agent::Metrics metrics(fast);
    kube::Client own(transport(), fast, namespace_name());
    agent::Reconciler reconciler({own, next.api().shared(own), log, metrics, {}});
    constexpr int passes = 3;  // sees it, acts on it, finds it done
    for (int i = 0; i < passes; ++i) {
      const Deadline again = reconciler.pass();
      fast.advance(std::chrono::ceil<std::chrono::milliseconds>(again - fast.steady_now()));
    }
    return eventually(patience, done);
  }
  [[nodiscard]] bool recorded() { return data_of(config_map).contains(pod); }
  [[nodiscard]] std::string touched() {
    return pod_object(pod)
        .object("metadata")
        .text_map("annotations")["cassandra-maintenance/touched"];
  }
};

/// Far more than any request needs.
constexpr int requests_max = 40;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(crash_test, CrashStage)

BOOST_AUTO_TEST_CASE(entering_is_carried_out_or_has_never_been) {
  int kills = 0;
  int resumed = 0;
  for (int requests = 1; requests <= requests_max; ++requests) {
    BOOST_TEST_CONTEXT("killed after request " << requests) {
      if (!ask_and_kill("PUT", requests)) break;
      ++kills;
      const bool half_done = recorded() && !terminating(pod);
      BOOST_TEST(let_the_next_one_work([&] { return terminating(pod) == recorded(); }));
      resumed += half_done ? 1 : 0;
      write_key(config_map, "foreign", "stays");
      api().patch(core("configmaps/" + config_map), R"({"data":{")" + pod + R"(":null}})");
      replace_pod(shape, 0, PodPhase::ready);
    }
  }
  // Reads, the write, the eviction: each of them was the last one, and one left a half-done thing.
  BOOST_TEST(kills >= 4);
  BOOST_TEST(resumed >= 1);
  BOOST_TEST(data_of(config_map).at("foreign") == "stays");
}

BOOST_AUTO_TEST_CASE(leaving_is_carried_out_or_has_never_been) {
  int kills = 0;
  int resumed = 0;
  for (int requests = 1; requests <= requests_max; ++requests) {
    BOOST_TEST_CONTEXT("killed after request " << requests) {
      replace_pod(shape, 0, PodPhase::held);
      write_key(config_map, pod, "true");
      if (!ask_and_kill("DELETE", requests)) break;
      ++kills;
      const bool half_done = !recorded() && touched().empty();
      BOOST_TEST(let_the_next_one_work([&] { return recorded() || !touched().empty(); }));
      BOOST_TEST(!terminating(pod));
      resumed += half_done ? 1 : 0;
    }
  }
  BOOST_TEST(kills >= 3);
  BOOST_TEST(resumed >= 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
