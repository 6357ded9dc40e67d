#include "common/text/path_list.h"

#include <algorithm>

namespace maintenance::text {

std::vector<std::string> split_path_list(const std::string& list) {
  constexpr char separator = windows_paths ? ';' : ':';
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from <= list.size()) {
    const std::size_t to = std::min(list.find(separator, from), list.size());
    out.push_back(list.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

}  // namespace maintenance::text
