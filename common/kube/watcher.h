#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "common/clock.h"
#include "common/http/stream.h"
#include "common/http/watchdog.h"
#include "common/kube/client.h"
#include "common/kube/collection.h"
#include "common/kube/watch_machine.h"

namespace maintenance::kube {

/// Where a Watcher puts what it sees. Called by the Watcher's thread alone; must not throw.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  /// A list begins: add() is called for each object of it, and replace() when it is whole. A list
  /// that broke off is followed by another begin().
  virtual void begin() = 0;
  virtual void add(const text::JsonView& object) = 0;
  /// What was added is everything there is.
  virtual void replace() = 0;
  virtual void put(const text::JsonView& object) = 0;
  virtual void remove(const text::JsonView& object) = 0;
  /// What was seen so far is current as of now.
  virtual void confirm(Deadline now) = 0;
  /// From now on what was seen may be out of date.
  virtual void lose(const std::string& why) = 0;
};

/// Follows one collection in a thread of its own and keeps a sink up to date: does what its
/// WatchMachine says. Borrows everything; ends in its destructor at the latest.
class Watcher {
 public:
  struct Parts {
    Client client;
    http::Streamer& streamer;
    http::Watchdog& watchdog;  ///< of the streamer; cancelled to end a quiet watch
    const Clock& clock;
    std::function<double()> jitter;  ///< a number from 0 to 1; thread-safe
    Collection collection;
    WatchSink& sink;
    WatchTiming timing = {};
  };
  explicit Watcher(Parts parts);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Ends the thread soon; returns at once. The watchdog of all watchers is cancelled with it.
  void request_stop();
  [[nodiscard]] bool stopped() const noexcept { return stopped_.load(); }

 private:
  void run();
  void list();
  void watch();
  void follow(http::Stream& stream);
  /// False when the watch cannot go on.
  [[nodiscard]] bool take(const std::string& bytes);
  void wait();
  [[nodiscard]] bool stopping() const;
  [[nodiscard]] Deadline now() const { return parts_.clock.steady_now(); }

  Parts parts_;
  text::Members event_;  ///< what is wanted of an event
  WatchMachine machine_;
  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::atomic<bool> stopped_{false};
  std::thread thread_;  ///< last: starts when everything else exists
};

}  // namespace maintenance::kube
