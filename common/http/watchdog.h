#pragma once

#include <Poco/Net/StreamSocket.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "common/clock.h"

namespace maintenance::http {

/// Cuts sockets whose total deadline has passed, so that a peer which sends one byte per second
/// cannot hold us longer than we allowed: read timeouts alone are per read, not per exchange.
/// One thread for all sockets. Owned by whoever opens connections and outlives them; thread-safe.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Cuts every watched socket now, and every one that is watched later: the work is called off.
  void cancel();
  /// Takes cancel() back for sockets that are watched from now on.
  void resume();

  /// While a Guard lives, its plain socket is shut down once `deadline` passes. The Guard must end
  /// before the socket is closed, or the file descriptor could already be somebody else's.
  class Guard {
   public:
    Guard(Watchdog& watchdog, Poco::Net::StreamSocket socket, Deadline deadline);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    /// True when the deadline has cut the socket.
    [[nodiscard]] bool expired() const;

   private:
    Watchdog& watchdog_;
    std::uint64_t id_;
  };

 private:
  struct Watched {
    Poco::Net::StreamSocket socket;
    Deadline deadline;
    bool expired = false;
  };

  void run();
  Deadline cut_expired(Deadline now);
  static void cut(Watched& watched);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Watched> watched_;
  std::uint64_t next_id_ = 0;
  bool stopping_ = false;
  bool cancelled_ = false;
  std::thread thread_;
};

}  // namespace maintenance::http
