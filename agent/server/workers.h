#pragma once

#include <Poco/Runnable.h>
#include <Poco/ThreadPool.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace maintenance::agent {

/// Threads that come when there is work and go when there has been none for a while. Owned by a
/// ListenerLoop; thread-safe. Its end waits for the jobs that have begun, and drops the others.
class Workers {
 public:
  /// Must not throw.
  using Job = std::function<void()>;

  /// At most `threads_max` jobs at once; `queue_max` more wait.
  Workers(int threads_max, std::size_t queue_max);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False when as many wait already as may.
  [[nodiscard]] bool take(Job job);
  /// Lets threads go that have been idle; to be called every few seconds.
  void tidy() { threads_.collect(); }

 private:
  /// What a thread does: one job after the other, until there is none.
  class Shift final : public Poco::Runnable {
   public:
    explicit Shift(Workers& workers) : workers_(workers) {}
    void run() override { workers_.work(); }

   private:
    Workers& workers_;
  };

  void work();

  const int threads_max_;
  const std::size_t queue_max_;
  std::mutex mutex_;
  std::deque<Job> queue_;
  int busy_ = 0;
  bool ending_ = false;
  Shift shift_{*this};
  Poco::ThreadPool threads_;
};

}  // namespace maintenance::agent
