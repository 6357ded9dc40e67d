#pragma once

#include <string>
#include <vector>

#include "agent/config/command_line.h"
#include "agent/config/settings.h"
#include "common/kube/access.h"
#include "common/result.h"

namespace maintenance::agent {

/// Where a value comes from; a later one wins.
enum class Origin { fallback, file, environment, flag };

/// The text that holds for one setting.
struct Value {
  std::string text;
  Origin origin = Origin::fallback;
  std::size_t line = 0;  ///< in the file
};

/// Everything that was configured, and where. A plain value; whoever only runs keeps the settings
/// and lets the rest go.
struct Configuration {
  Settings settings;
  std::string file;           ///< empty: none was read
  std::vector<Value> values;  ///< in the order of the table
};

/// The variable that names the configuration file when no flag does.
inline constexpr const char* config_file_variable = "MAINTENANCE_CONFIG";

/// Flags win over the environment, the environment over the file, the file over the defaults. An
/// empty variable counts as unset, because manifests often set one to nothing. Fails with
/// `invalid`, `not_found` or `too_large`, and names the flag, the variable or the file and its
/// line.
[[nodiscard]] Result<Configuration> load_configuration(const CommandLine& command_line,
                                                       const kube::Environment& environment);

/// As "NAME=value" lines by variable, for --check-config.
[[nodiscard]] std::string describe(const Configuration& configuration);

/// As YAML that can be used as a configuration file, each value with its origin, for
/// --print-config.
[[nodiscard]] std::string to_yaml(const Configuration& configuration);

}  // namespace maintenance::agent
