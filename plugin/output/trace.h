#pragma once

#include <ostream>
#include <string_view>
#include <vector>

#include "common/http/message.h"

namespace maintenance::plugin {

/// What -v shows: which way was taken (1), each request with its status and time (6, as in
/// kubectl), and headers (9). Goes to stderr; never shows credentials. Owned by the program; not
/// thread-safe.
class Trace {
 public:
  static constexpr int ways = 1;
  static constexpr int requests = 6;
  static constexpr int headers = 9;

  Trace(std::ostream& err, int verbosity) : err_(err), verbosity_(verbosity) {}

  [[nodiscard]] bool shows(int level) const noexcept { return verbosity_ >= level; }
  void say(int level, std::string_view text) {
    if (shows(level)) err_ << text << '\n';
  }
  /// One line for each header, behind `mark`; what logs somebody in is left out.
  void say_headers(std::string_view mark, const std::vector<http::Header>& list);

 private:
  std::ostream& err_;
  int verbosity_;
};

}  // namespace maintenance::plugin
