#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/maintenance/state.h"
#include "common/text/timestamp.h"

namespace maintenance::agent {

/// What one look at the whole cluster gives. A plain value.
struct ClusterFigures {
  std::array<std::size_t, states_count> pods{};  ///< by state, in the order of State
  std::optional<text::Timestamp> oldest_hold;    ///< the earliest `since` of a record
  std::size_t violations = 0;                    ///< hard guards that the records themselves break
};

/// What the agent counts, for Prometheus. Every label has few values: no name of a pod and no free
/// text of a caller becomes one. Owned by main (or a test) and outlives its users; borrows the
/// clock; thread-safe. docs/monitoring.md explains each metric.
class Metrics {
 public:
  explicit Metrics(const Clock& clock);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// `method` is a known one or "other".
  void count_request(const std::string& method, int status);
  /// A request of ours to the API server; no status when no answer came.
  void count_api_request(const std::string& method, std::optional<int> status);
  void count_refusal(const std::string& guard);
  /// An Event that could not be reported.
  void count_lost_event();
  /// A certificate or key of the API's port that could not be used.
  void count_certificate_failure();
  /// When the certificate ends that new connections see.
  void note_certificate_end(text::Timestamp end);
  void note_time_to_held(std::chrono::milliseconds took);
  void note_time_to_leave(std::chrono::milliseconds took);
  void note_cluster(const ClusterFigures& figures);
  /// Asked at each exposition whether the watches are up to date. To be called before the first
  /// one.
  void ask_for_view(std::function<bool()> is_current) { view_is_current_ = std::move(is_current); }

  /// Prometheus' text format 0.0.4.
  [[nodiscard]] std::string exposition() const;

 private:
  struct Families;
  const Clock& clock_;
  std::function<bool()> view_is_current_;
  std::unique_ptr<Families> families_;
};

}  // namespace maintenance::agent
