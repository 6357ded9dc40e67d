#pragma once

#include <atomic>
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
  void lose(const kube::Event& event, const std::string& why);

  Parts parts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<kube::Event> waiting_;
  bool stopping_ = false;
  std::atomic<bool> stopped_{false};
  std::thread thread_;  ///< last: starts when everything else exists
};

}  // namespace maintenance::agent
