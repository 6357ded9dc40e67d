#pragma once

#include <ostream>
#include <string_view>

namespace maintenance::plugin {

/// What -v shows: which way was taken (1) and each request with its status and time (6, as in
/// kubectl). Goes to stderr; never shows credentials. Owned by the program; not thread-safe.
class Trace {
 public:
  static constexpr int ways = 1;
  static constexpr int requests = 6;

  Trace(std::ostream& err, int verbosity) : err_(err), verbosity_(verbosity) {}

  [[nodiscard]] bool shows(int level) const noexcept { return verbosity_ >= level; }
  void say(int level, std::string_view text) {
    if (shows(level)) err_ << text << '\n';
  }

 private:
  std::ostream& err_;
  int verbosity_;
};

}  // namespace maintenance::plugin
