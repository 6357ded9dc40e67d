#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/result.h"

namespace maintenance::agent {

/// What a configuration file says of one setting.
struct FileValue {
  std::string text;
  std::size_t line = 0;
};
/// By the path of the setting in the table.
using FileValues = std::map<std::string_view, FileValue>;

/// The settings in the text of a configuration file. Fails with `invalid` on the first key that is
/// not known (and says which one is near) or whose value is of another type; whether the value
/// makes sense is for the setting's apply function.
[[nodiscard]] Result<FileValues> read_config_text(const std::string& text, const std::string& name);

/// The same of a file. Fails also with `not_found` or `too_large`.
[[nodiscard]] Result<FileValues> read_config_file(const std::string& path);

}  // namespace maintenance::agent
