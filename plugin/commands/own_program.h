#pragma once

#include <filesystem>
#include <string>

namespace maintenance::plugin {

/// The program of this name that a shell with this PATH finds first; empty when it finds none.
[[nodiscard]] std::filesystem::path find_own_program(const std::string& path,
                                                     const std::string& name);

}  // namespace maintenance::plugin
