// Answers that get lost and agents that die: whichever write it hits, the answer is honest and
// nothing half-written stays.
#include <boost/test/unit_test.hpp>
#include <functional>

#include "tests/cluster/support/altered_transport.h"
#include "tests/cluster/support/test_agent.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";
const std::map<std::string, std::string> foreign{{"demo-cassandra-dc2-0", "true"},
                                                 {"not-a-record", "{half a json"}};

/// The machine's clock, except that nobody waits for a back-off.
class ImpatientClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const override { return real_.now(); }
  [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
    return real_.steady_now();
  }
  void sleep_for(std::chrono::milliseconds /*duration*/) override {}

 private:
  SystemClock real_;
};

/// What happens to the write that is hit.
enum class Loss {
  answer,        ///< it arrives, its answer does not
  request,       ///< it does not arrive, and the agent cannot know
  server_error,  ///< it arrives, and the server answers that it failed
  agent_after,   ///< it arrives, and the agent reaches nobody any more: it has as good as died
  agent_before   ///< it does not arrive, and the agent reaches nobody any more
};

std::string name_of(Loss loss) {
  switch (loss) {
    case Loss::answer:
      return "its answer is lost";
    case Loss::request:
      return "it is lost";
    case Loss::server_error:
      return "it is done and answered with a failure";
    case Loss::agent_after:
      return "the agent dies after it";
    case Loss::agent_before:
      return "the agent dies before it";
  }
  return {};
}

bool is_lasting(Loss loss) {
  return loss == Loss::agent_after || loss == Loss::agent_before;
}

/// What the API server says when it cannot know whether its database has done it.
http::Response late_failure() {
  return {500,
          {{"Content-Type", "application/json"}},
          R"({"kind":"Status","apiVersion":"v1","status":"Failure","code":500,)"
          R"("message":"etcdserver: request timed out"})"};
}

/// Loses the write number `hit`, counted from 0 over all methods but GET.
class LossyNetwork {
 public:
  LossyNetwork(http::Transport& inner, int hit, Loss loss)
      : transport_(inner, [this, hit, loss](const http::Request& request, const auto& forward) {
          return pass(request, forward, hit, loss);
        }) {}

  [[nodiscard]] http::Transport& transport() noexcept { return transport_; }
  /// False when there were fewer writes than that.
  [[nodiscard]] bool has_hit() const noexcept { return hit_; }

 private:
  AlteredTransport::Answer pass(const http::Request& request,
                                const AlteredTransport::Forward& forward, int hit, Loss loss) {
    const std::lock_guard lock(mutex_);
    if (dead_) return Error{ErrorKind::unreachable, "sending", "connection refused"};
    if (http::is_read(request.method) || writes_++ != hit) return forward(request);
    hit_ = true;
    dead_ = is_lasting(loss);
    const bool arrives = loss != Loss::request && loss != Loss::agent_before;
    if (arrives) {
      [[maybe_unused]] const auto lost = forward(request);
    }
    if (loss == Loss::server_error) return late_failure();
    return lost_answer();
  }

  std::mutex mutex_;
  int writes_ = 0;
  bool hit_ = false;
  bool dead_ = false;
  AlteredTransport transport_;
};

/// One story: how the stage looks before, what is asked, and what must be true of the answer.
struct Story {
  std::string name;
  std::function<void(Stage&, const SetShape&)> prepare;
  std::string method;
  std::string target;
  std::string answer;  ///< begins so when only one answer or request was lost
};

void ready_dc(Stage& stage, const SetShape& shape) {
  stage.make_dc(shape);
}

void ready_dc_with_exhausted_budget(Stage& stage, const SetShape& shape) {
  stage.make_dc(shape);
  stage.make_budget("demo-budget", shape, BudgetStatus{});
}

void held_dc(Stage& stage, const SetShape& shape) {
  stage.make_dc(shape);
  for (int ordinal = 0; ordinal < shape.replicas; ++ordinal) {
    stage.set_phase(shape, ordinal, PodPhase::held);
    stage.write_key(config_map, shape.pod(ordinal), "true");
  }
}

const std::vector<Story>& stories() {
  static const std::vector<Story> all{
      {"enter", ready_dc, "PUT", "/pods/demo-cassandra-dc1-0", "200 "},
      {"enter, refused by a budget", ready_dc_with_exhausted_budget, "PUT",
       "/pods/demo-cassandra-dc1-0", "429 "},
      {"enter a dc", ready_dc, "PUT", "/dcs/dc1", "200 "},
      {"enter a dc, refused by a budget", ready_dc_with_exhausted_budget, "PUT", "/dcs/dc1",
       "429 "},
      {"leave", held_dc, "DELETE", "/pods/demo-cassandra-dc1-0", "200 "},
      {"leave a dc", held_dc, "DELETE", "/dcs/dc1", "200 "},
  };
  return all;
}

struct HalfWrittenStage : Stage {
  const SetShape shape{.replicas = 2};
  ImpatientClock clock;

  HalfWrittenStage() { make_config_map(config_map); }

  /// Back to no pods, no sets, no budget, and the foreign keys alone in the ConfigMap.
  void prepare(const Story& story) {
    for (int ordinal = 0; ordinal < shape.replicas; ++ordinal) {
      if (pod_exists(shape.pod(ordinal))) destroy_pod(shape.pod(ordinal));
    }
    if (api().exists(group("apps/v1", "statefulsets/" + shape.name()))) {
      api().destroy(group("apps/v1", "statefulsets/" + shape.name()));
    }
    if (api().exists(group("policy/v1", "poddisruptionbudgets/demo-budget"))) {
      api().destroy(group("policy/v1", "poddisruptionbudgets/demo-budget"));
    }
    api().patch(core("configmaps/" + config_map), R"({"data":null})");
    for (const auto& [key, value] : foreign)
      write_key(config_map, key, value);
    story.prepare(*this, shape);
  }

  void expect_foreign_untouched() {
    const auto data = data_of(config_map);
    for (const auto& [key, value] : foreign)
      BOOST_TEST((data.contains(key) && data.at(key) == value), "foreign key " << key);
  }

  /// An agent that cannot finish says so, and names each pod that it leaves armed: recorded, and
  /// not on its way to the gate.
  void expect_no_false_claim(const Story& story, const std::string& answer) {
    const auto data = data_of(config_map);
    for (int ordinal = 0; ordinal < shape.replicas; ++ordinal) {
      const std::string pod = shape.pod(ordinal);
      const bool armed = story.method == "PUT" && data.contains(pod) && !terminating(pod);
      if (!armed) continue;
      const bool fate_unknown = answer.starts_with("504 ");
      const bool told = answer.find(pod) != std::string::npos &&
                        answer.find("could not be taken back") != std::string::npos;
      BOOST_TEST((told || fate_unknown), story.name << ": " << pod << ": " << answer);
    }
  }

  /// Wish and reality of each pod agree with each other, and with what the answer says of it.
  void expect_whole(const Story& story, const std::string& answer) {
    expect_foreign_untouched();
    const auto data = data_of(config_map);
    for (int ordinal = 0; ordinal < shape.replicas; ++ordinal) {
      const std::string pod = shape.pod(ordinal);
      const bool recorded = data.contains(pod);
      if (story.method == "PUT") BOOST_TEST(recorded == terminating(pod), pod);
      if (story.method == "DELETE") BOOST_TEST(!terminating(pod), pod);
      const bool claims_in = answer.find("\"" + pod + "\":true") != std::string::npos;
      const bool claims_out = answer.find("\"" + pod + "\":false") != std::string::npos;
      if (claims_in) BOOST_TEST(recorded, pod);
      if (claims_out) BOOST_TEST(!recorded, pod);
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(half_written_test, HalfWrittenStage)

BOOST_AUTO_TEST_CASE(one_lost_answer_or_request_changes_no_outcome) {
  for (const Story& story : stories()) {
    for (const Loss loss : {Loss::answer, Loss::request, Loss::server_error}) {
      for (int hit = 0;; ++hit) {
        BOOST_REQUIRE(hit < 20);  // no story has that many writes
        prepare(story);
        LossyNetwork network(transport(), hit, loss);
        std::string answer;
        {
          TestAgent agent(*this, network.transport(), clock);
          answer = agent.ask(story.method, story.target);
        }
        BOOST_TEST_CONTEXT(story.name << ", write " << hit << ": " << name_of(loss) << ": "
                                      << answer) {
          BOOST_TEST(answer.starts_with(story.answer));
          expect_whole(story, answer);
        }
        if (!network.has_hit()) break;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_agent_that_dies_claims_nothing_and_the_next_one_finishes) {
  for (const Story& story : stories()) {
    for (const Loss loss : {Loss::agent_after, Loss::agent_before}) {
      for (int hit = 0;; ++hit) {
        BOOST_REQUIRE(hit < 20);
        prepare(story);
        LossyNetwork network(transport(), hit, loss);
        std::string answer;
        {
          TestAgent dying(*this, network.transport(), clock);
          answer = dying.ask(story.method, story.target);
        }
        if (!network.has_hit()) break;
        expect_no_false_claim(story, answer);
        TestAgent next(*this, transport());
        const std::string finished = next.ask(story.method, story.target);
        BOOST_TEST_CONTEXT(
            story.name << ", the agent dies " << (loss == Loss::agent_after ? "after" : "before")
                       << " write " << hit << ": " << answer << " / then: " << finished) {
          expect_foreign_untouched();
          BOOST_TEST(finished.starts_with(story.answer));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_eviction_whose_fate_stays_unknown_is_not_called_undone) {
  prepare(stories().front());
  const std::string pod = shape.pod(0);
  bool cut = false;
  // The eviction arrives; from then on nothing can be learned about pods any more.
  AlteredTransport blind(
      transport(),
      [&](const http::Request& request, const auto& forward) -> AlteredTransport::Answer {
        if (cut && request.target.find("/pods") != std::string::npos) {
          return Error{ErrorKind::unreachable, "sending", "connection refused"};
        }
        if (!request.target.ends_with("/eviction")) return forward(request);
        cut = true;
        [[maybe_unused]] const auto lost = forward(request);
        return lost_answer();
      });
  TestAgent agent(*this, blind, clock);
  const std::string answer = agent.ask("PUT", "/pods/" + pod);
  BOOST_TEST(answer.starts_with("5"), answer);
  BOOST_TEST(answer.find(pod) != std::string::npos, answer);
  BOOST_TEST(terminating(pod));
  BOOST_TEST(answer.find("as it was") == std::string::npos, answer);
  expect_foreign_untouched();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
