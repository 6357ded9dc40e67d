#pragma once

#include <istream>
#include <string>

#include "common/result.h"
#include "plugin/kubeconfig/load.h"

namespace maintenance::plugin {

/// A file by name, or all of standard input for "-"; neither may be larger than any manifest.
[[nodiscard]] Result<std::string> read_manifest(const std::string& file, std::istream& in,
                                                const FileReader& read);

}  // namespace maintenance::plugin
