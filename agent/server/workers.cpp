#include "agent/server/workers.h"

#include <Poco/Exception.h>

#include <algorithm>

namespace maintenance::agent {
namespace {

/// Kept for the next request, which then need not wait for a new one.
constexpr int threads_kept = 2;
constexpr int idle_s = 5;
/// A thread that has just ended its shift is not free yet in Poco's books.
constexpr int threads_spare = 8;

}  // namespace

Workers::Workers(int threads_max, std::size_t queue_max)
    : threads_max_(threads_max),
      queue_max_(queue_max),
      threads_(std::min(threads_kept, threads_max), threads_max + threads_spare, idle_s) {}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    queue_.clear();
  }
  threads_.joinAll();
}

bool Workers::take(Job job) {
  const std::lock_guard lock(mutex_);
  if (ending_ || queue_.size() >= queue_max_) return false;
  queue_.push_back(std::move(job));
  if (busy_ >= threads_max_) return true;
  try {
    threads_.start(shift_);
    ++busy_;
    return true;
  } catch (const Poco::Exception&) {
    // No thread is to be had. Whoever is at work takes it next.
    if (busy_ > 0) return true;
    queue_.pop_back();
    return false;
  }
}

void Workers::work() {
  while (true) {
    Job job;
    {
      const std::lock_guard lock(mutex_);
      if (queue_.empty()) {
        --busy_;
        return;
      }
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job();
  }
}

}  // namespace maintenance::agent
