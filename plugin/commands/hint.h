#pragma once

#include <string>
#include <vector>

#include "plugin/cli/command.h"

namespace maintenance::plugin {

/// The next command to type, in quotes, with the flags that lead to the same agent again:
/// 'kubectl maintenance status pod x -n cassandra'. Never with a token.
[[nodiscard]] std::string next_command(const std::string& verb,
                                       const std::vector<std::string>& pods,
                                       const ConnectionOptions& connection);

}  // namespace maintenance::plugin
