#include "agent/server/departures.h"

#include <algorithm>

namespace maintenance::agent {

void Departures::left(const std::string& pod, const std::string& by) {
  if (by.empty()) return entered(pod);
  const std::lock_guard lock(mutex_);
  if (by_.insert_or_assign(pod, by).second) order_.push_back(pod);
  if (order_.size() <= departures_max) return;
  by_.erase(order_.front());
  order_.pop_front();
}

void Departures::entered(const std::string& pod) {
  const std::lock_guard lock(mutex_);
  if (by_.erase(pod) > 0) order_.erase(std::find(order_.begin(), order_.end(), pod));
}

std::string Departures::by(const std::string& pod) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_.find(pod);
  return found == by_.end() ? std::string() : found->second;
}

}  // namespace maintenance::agent
