#include <algorithm>
#include <system_error>

#include "plugin/commands/own_program.h"

namespace maintenance::plugin {

std::filesystem::path find_own_program(const std::string& path, const std::string& name) {
  std::size_t from = 0;
  while (from <= path.size()) {
    const std::size_t to = std::min(path.find(';', from), path.size());
    const std::filesystem::path candidate =
        std::filesystem::path(path.substr(from, to - from)) / (name + ".exe");
    from = to + 1;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(candidate, ignored)) return candidate;
  }
  return {};
}

}  // namespace maintenance::plugin
