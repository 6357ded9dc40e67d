#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "agent/observe/log.h"
#include "common/clock.h"
#include "common/kube/client.h"
#include "common/maintenance/state.h"

namespace maintenance::agent {

/// How patiently a release is followed.
struct ReleaseTiming {
  std::chrono::milliseconds first{250};
  std::chrono::milliseconds longest{5000};
  /// By then the kubelet has refreshed the volume without us, and a gate that still runs is kept
  /// busy by somebody's command.
  std::chrono::milliseconds give_up_after{std::chrono::minutes(5)};
};

/// Follows pods that leave maintenance: touches each one again and again, with back-off, until its
/// gate has let it through or its record is back. The first touch alone is not enough: it can reach
/// the kubelet before the ConfigMap's change does.
/// One thread; at most one entry for each pod. Owned by the Api; all calls are thread-safe.
class ReleaseWorker {
 public:
  struct Parts {
    kube::Client client;
    std::string config_map;
    ContainerNames containers;
    const Clock& clock;
    Log& log;
    ReleaseTiming timing;
  };
  explicit ReleaseWorker(Parts parts);
  ~ReleaseWorker();
  ReleaseWorker(const ReleaseWorker&) = delete;
  ReleaseWorker& operator=(const ReleaseWorker&) = delete;

  void follow(const std::string& pod);
  /// Ends the thread after the call it is in; returns at once.
  void request_stop();
  /// True once the thread has ended.
  [[nodiscard]] bool stopped() const noexcept { return stopped_.load(); }
  /// How many pods are being followed.
  [[nodiscard]] std::size_t following() const;

 private:
  using Steady = std::chrono::steady_clock;
  struct Job {
    Steady::time_point next;
    Steady::time_point give_up;
    std::chrono::milliseconds wait;
  };
  enum class Outcome { let_through, recorded_again, look_again };

  void run();
  [[nodiscard]] std::string next_due(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] Outcome look_at(const std::string& pod);
  void settle(const std::string& pod, Outcome outcome);

  Parts parts_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Job> jobs_;
  bool stopping_ = false;
  std::atomic<bool> stopped_{false};
  std::thread thread_;  ///< last: starts when everything else exists
};

/// Pods followed at once; beyond it a release still works, only at the kubelet's own pace.
inline constexpr std::size_t followed_pods_max = 1000;

}  // namespace maintenance::agent
