#include "plugin/commands/own_program.h"

#include <system_error>

#include "common/text/path_list.h"

namespace maintenance::plugin {

std::filesystem::path find_own_program(const std::string& path, const std::string& name) {
  const std::string file = name + (text::windows_paths ? ".exe" : "");
  for (const std::string& folder : text::split_path_list(path)) {
    const std::filesystem::path candidate = std::filesystem::path(folder) / file;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(candidate, ignored)) return candidate;
  }
  return {};
}

}  // namespace maintenance::plugin
