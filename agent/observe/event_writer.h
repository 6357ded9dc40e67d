#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "agent/observe/log.h"
#include "agent/observe/metrics.h"
#include "common/kube/client.h"

namespace maintenance::agent {

/// Events that wait to be reported; a whole dc of 500 pods makes two for each within a minute. What
/// comes on top is lost, and counted: Events tell, they decide nothing.
inline constexpr std::size_t waiting_events_max = 2048;

/// The first Events of a burst are reported at once, the others one after the other at this
/// distance: when a whole dc restarts, they would take a tenth of the API server from those who
/// restart it.
inline constexpr int events_at_once = 25;
inline constexpr std::chrono::milliseconds between_events{50};

/// Reports Events to the API server in a thread of its own, so that nothing ever waits for them.
/// Owned by main or a test; borrows log and metrics; all calls are thread-safe.
class EventWriter {
 public:
  struct Parts {
    kube::Client client;
    Log& log;
    Metrics& metrics;
  };
  explicit EventWriter(Parts parts);
  ~EventWriter();
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  void report(kube::Event event);
  /// Ends the thread after the Event it is at; returns at once. What still waits is lost.
  void request_stop();
  [[nodiscard]] bool stopped() const noexcept { return stopped_.load(); }

 private:
  void run();
  [[nodiscard]] std::chrono::steady_clock::time_point next_time();
  void lose(const kube::Event& event, const std::string& why);

  Parts parts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<kube::Event> waiting_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point credit_from_{};  ///< see next_time()
  std::atomic<bool> stopped_{false};
  std::thread thread_;  ///< last: starts when everything else exists
};

}  // namespace maintenance::agent
