#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/result.h"

namespace maintenance::agent {

/// Remembers answers of the API server for a short time, and asks each question once however many
/// want to know at the same moment. A failure to get an answer goes to those who waited for it and
/// is not remembered. Borrows the clock; all calls are thread-safe.
template <class Answer>
class ReviewCache {
 public:
  using Ask = std::function<Result<Answer>()>;

  /// `entries_max` answers are kept, the oldest go first; others wait at most `wait_max` for an
  /// answer that somebody is asking for.
  ReviewCache(const Clock& clock, std::chrono::milliseconds keep, std::size_t entries_max,
              std::chrono::milliseconds wait_max)
      : clock_(clock), keep_(keep), entries_max_(entries_max), wait_max_(wait_max) {}

  [[nodiscard]] Result<Answer> get(const std::string& key, const Ask& ask) {
    std::unique_lock lock(mutex_);
    if (auto known = entries_.find(key); known != entries_.end()) {
      const Entry& entry = known->second;
      if (clock_.steady_now() < entry.until) return entry.answer;
      entries_.erase(known);
    }
    if (auto asking = flights_.find(key); asking != flights_.end()) {
      return wait_for(asking->second, lock);
    }
    const auto flight = std::make_shared<Flight>();
    flights_.emplace(key, flight);
    lock.unlock();
    Result<Answer> answer = asked(ask);
    lock.lock();
    flights_.erase(key);
    flight->answer = answer;
    flight->landed.notify_all();
    if (answer) remember(key, *answer);
    return answer;
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    Answer answer;
    Deadline until;
  };
  /// A question that is being asked.
  struct Flight {
    std::optional<Result<Answer>> answer;
    std::condition_variable landed;
  };

  /// Whatever goes wrong, those who wait are told.
  static Result<Answer> asked(const Ask& ask) {
    try {
      return ask();
    } catch (const std::exception& defect) {
      return Error{ErrorKind::internal, "asking the API server", defect.what()};
    }
  }

  /// Shares the flight: it leaves the map when it lands.
  Result<Answer> wait_for(std::shared_ptr<Flight> flight, std::unique_lock<std::mutex>& lock) {
    flight->landed.wait_for(lock, wait_max_, [&] { return flight->answer.has_value(); });
    if (flight->answer) return *flight->answer;
    return Error{ErrorKind::timeout, "asking the API server", "no answer in time"};
  }

  void remember(const std::string& key, const Answer& answer) {
    const Deadline now = clock_.steady_now();
    if (entries_.size() >= entries_max_) {
      std::erase_if(entries_, [&](const auto& one) { return one.second.until <= now; });
    }
    if (entries_.size() >= entries_max_) {
      entries_.erase(std::min_element(
          entries_.begin(), entries_.end(),
          [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
    }
    entries_.insert_or_assign(key, Entry{answer, now + keep_});
  }

  const Clock& clock_;
  const std::chrono::milliseconds keep_;
  const std::size_t entries_max_;
  const std::chrono::milliseconds wait_max_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace maintenance::agent
