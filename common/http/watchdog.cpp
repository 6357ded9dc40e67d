#include "common/http/watchdog.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <chrono>

namespace maintenance::http {

Watchdog::Watchdog() : thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Deadline Watchdog::cut_expired(Deadline now) {
  // Bounded, so that a missed notification could only ever cost a second.
  Deadline next = now + std::chrono::seconds(1);
  for (auto& [id, watched] : watched_) {
    if (watched.expired) continue;
    if (watched.deadline > now) {
      next = std::min(next, watched.deadline);
      continue;
    }
    cut(watched);
  }
  return next;
}

void Watchdog::cut(Watched& watched) {
  watched.expired = true;
  try {
    watched.socket.shutdown();
  } catch (const Poco::Exception&) {
    // Already closed by the peer: the blocked call ends by itself.
  }
}

void Watchdog::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  for (auto& [id, watched] : watched_)
    cut(watched);
}

void Watchdog::resume() {
  const std::lock_guard lock(mutex_);
  cancelled_ = false;
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (watched_.empty()) {
      changed_.wait(lock, [this] { return stopping_ || !watched_.empty(); });
      continue;
    }
    const Deadline next = cut_expired(std::chrono::steady_clock::now());
    changed_.wait_until(lock, next);
  }
}

Watchdog::Guard::Guard(Watchdog& watchdog, Poco::Net::StreamSocket socket, Deadline deadline)
    : watchdog_(watchdog), id_(0) {
  const std::lock_guard lock(watchdog_.mutex_);
  id_ = watchdog_.next_id_++;
  Watched& watched =
      watchdog_.watched_.emplace(id_, Watched{std::move(socket), deadline}).first->second;
  if (watchdog_.cancelled_) Watchdog::cut(watched);
  watchdog_.changed_.notify_all();
}

Watchdog::Guard::~Guard() {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.watched_.erase(id_);
}

bool Watchdog::Guard::expired() const {
  const std::lock_guard lock(watchdog_.mutex_);
  const auto found = watchdog_.watched_.find(id_);
  return found != watchdog_.watched_.end() && found->second.expired;
}

}  // namespace maintenance::http
