#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace maintenance::agent {

/// A request target in parts. Decoded once, segment by segment, so that an encoded slash can never
/// become a separator.
struct ParsedTarget {
  std::vector<std::string> segments;  ///< of "/pods/a": "pods", "a"
  std::map<std::string, std::string> query;
};

/// Fails with `invalid` for anything but an absolute path of clean segments: encoded slashes, NUL
/// and other control characters, broken escapes, empty segments, or a query key given twice.
[[nodiscard]] Result<ParsedTarget> parse_target(std::string_view target);

}  // namespace maintenance::agent
