#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/result.h"

namespace maintenance::agent {

/// Largest configuration file: all settings with long comments are a tenth of it.
inline constexpr std::size_t config_file_bytes_max = 64UL * 1024;
/// Deepest nesting; settings need two levels, and this is enough to say what is wrong.
inline constexpr std::size_t config_depth_max = 8;

/// One key of a configuration file with what stands behind it. A plain value.
struct ConfigEntry {
  enum class Kind { null, scalar, map, list };

  std::string path;  ///< "log.level": the keys that lead there
  Kind kind = Kind::null;
  std::string text;    ///< of a scalar
  bool plain = false;  ///< a scalar without quotes: YAML readers may take it for a number
  std::size_t line = 0;
};

/// The keys of one YAML document in their order, those of maps before their members; nothing of
/// lists but that they are there. Anchors, aliases, tags, duplicate keys and further documents are
/// refused. `name` is the file's, for messages. Never throws: whatever is wrong is `invalid` and
/// names the line.
[[nodiscard]] Result<std::vector<ConfigEntry>> parse_config_yaml(const std::string& text,
                                                                 const std::string& name);

/// "file /etc/agent.yaml, line 3".
[[nodiscard]] std::string file_place(const std::string& name, std::size_t line);

}  // namespace maintenance::agent
