#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/http/connection.h"
#include "common/kube/watcher.h"
#include "tests/cluster/linear/history.h"
#include "tests/cluster/linear/run_clock.h"
#include "tests/cluster/support/stage.h"

namespace maintenance::testing {

/// One ConfigMap's object as a Version: without the time of its commit.
class StateReader {
 public:
  StateReader(std::set<std::string> pods, const RunClock& clock)
      : pods_(std::move(pods)), clock_(clock) {}
  [[nodiscard]] Version read(const text::JsonView& object) const;

 private:
  [[nodiscard]] Entry read_entry(const std::string& value) const;

  std::set<std::string> pods_;
  const RunClock& clock_;
};

/// Sees every committed state of one ConfigMap, in their order: a watch at the API server itself,
/// past the proxy. Borrows the stage and the reader; owned by a run; thread-safe.
class Observer final : private kube::WatchSink {
 public:
  Observer(Stage& stage, const std::string& config_map, const StateReader& reader);

  [[nodiscard]] std::vector<Version> versions() const;
  /// The pods that had a record when it last looked.
  [[nodiscard]] std::set<std::string> recorded() const;
  /// True when the last state it has seen has this resourceVersion.
  [[nodiscard]] bool has_reached(const std::string& resource_version) const;
  /// True when states may be missing between those that it has seen.
  [[nodiscard]] bool has_gap() const;

 private:
  void begin() override { listed_.clear(); }
  void add(const text::JsonView& object) override { listed_.push_back(object); }
  void replace() override;
  void put(const text::JsonView& object) override;
  void remove(const text::JsonView& object) override;
  void confirm(Deadline /*now*/) override {}
  void lose(const std::string& /*why*/) override {}

  const StateReader& reader_;
  std::vector<text::JsonView> listed_;  ///< only the watcher's thread looks
  mutable std::mutex mutex_;
  std::vector<Version> versions_;
  bool gap_ = false;
  http::Watchdog watchdog_;
  http::ConnectingTransport transport_;
  kube::Watcher watcher_;  ///< last: its thread uses what is above
};

}  // namespace maintenance::testing
