#pragma once

#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "agent/config/settings.h"
#include "agent/policy/snapshot.h"
#include "agent/server/api.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/agent/fake_cluster.h"

namespace maintenance::testing {

/// The same numbers in every run. Thread-safe.
class FixedRandom final : public agent::Random {
 public:
  [[nodiscard]] std::uint64_t below(std::uint64_t end) override {
    const std::lock_guard lock(mutex_);
    return engine_() % end;
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{1};
};

/// Keeps the log in memory. Thread-safe, unlike a stream that somebody else reads.
class MemorySink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  [[nodiscard]] std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    text_.append(message.payload.data(), message.payload.size());
    text_ += '\n';
  }
  void flush_() override {}

 private:
  std::string text_;
};

/// Settings as an environment with nothing but the ConfigMap's name gives them.
[[nodiscard]] agent::Settings default_settings();

/// A snapshot of the fake cluster, as the agent would read it.
[[nodiscard]] agent::Snapshot snapshot_of(const FakeCluster& cluster);

/// A whole agent without sockets, over a fake cluster. Owned by one test.
class AgentStage {
 public:
  AgentStage();

  [[nodiscard]] agent::ApiResponse send(const std::string& method, const std::string& target,
                                        const std::string& body = {});
  /// "200 {…}"
  [[nodiscard]] std::string ask(const std::string& method, const std::string& target,
                                const std::string& body = {});
  /// The answer's body as an object; empty when it is none.
  [[nodiscard]] text::JsonView json(const std::string& method, const std::string& target,
                                    const std::string& body = {});
  /// Nothing was written, evicted or touched: the agent has only asked.
  [[nodiscard]] bool untouched() const;
  [[nodiscard]] std::string log_text() const { return log_sink->text(); }

  FakeCluster cluster;
  FakeClock clock;
  FixedRandom random;
  agent::Settings settings = default_settings();
  kube::Client client{cluster.transport(), clock, "cassandra"};
  std::shared_ptr<MemorySink> log_sink = std::make_shared<MemorySink>();
  agent::Log log{log_sink, clock, agent::LogFormat::json, agent::LogLevel::debug};
  agent::Metrics metrics{clock};
  std::vector<agent::Happening> told;  ///< by the Api; to be read when no request is under way
  std::mutex told_mutex;
  agent::Tell tell = [this](const agent::Happening& happening) {
    const std::lock_guard lock(told_mutex);
    told.push_back(happening);
  };
  std::unique_ptr<agent::Api> api;
};

/// True when `text` has all of `parts`; the message of a failing test shows the text.
[[nodiscard]] bool has_all(const std::string& text, const std::vector<std::string>& parts);

}  // namespace maintenance::testing
