#pragma once

#include <string>

#include "common/result.h"

namespace maintenance::gate {

/// The name of the copy, wherever it is put.
inline constexpr const char* program_name = "maintenance-gate";

/// Copies the file `source` to `directory`/maintenance-gate with mode 0755. The name appears only
/// once the copy is complete, and an older copy may be running meanwhile. Returns the path.
///
/// For an image without a shell: the first init container copies the gate into an emptyDir from
/// where the second one, in Cassandra's image, runs it.
[[nodiscard]] Result<std::string> copy_program(const std::string& source,
                                               const std::string& directory);

}  // namespace maintenance::gate
