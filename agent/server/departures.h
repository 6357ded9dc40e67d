#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace maintenance::agent {

/// Pods whose departure is remembered; the oldest is forgotten first.
inline constexpr std::size_t departures_max = 1000;

/// Who has ended the maintenance of which pod, for those who still wait for it to be held. In
/// memory only: after a restart nobody is known, which harms nobody. Owned by the Api; thread-safe.
class Departures {
 public:
  /// `by` ended it; an empty name is nobody's.
  void left(const std::string& pod, const std::string& by);
  /// It is in maintenance again.
  void entered(const std::string& pod);
  /// Who it was, or an empty text.
  [[nodiscard]] std::string by(const std::string& pod) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> by_;
  std::deque<std::string> order_;
};

}  // namespace maintenance::agent
