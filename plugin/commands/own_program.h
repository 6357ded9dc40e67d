#pragma once

#include <filesystem>
#include <string>

namespace maintenance::plugin {

/// The kubectl-maintenance that a shell with this PATH finds first; empty when it finds none.
[[nodiscard]] std::filesystem::path find_own_program(const std::string& path);

}  // namespace maintenance::plugin
