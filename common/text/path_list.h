#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace maintenance::text {

/// Whether paths and programs are named as on Windows.
inline constexpr bool windows_paths = std::filesystem::path::preferred_separator == '\\';

/// The parts of PATH, KUBECONFIG and the like, as the system separates them; empty ones included.
[[nodiscard]] std::vector<std::string> split_path_list(const std::string& list);

}  // namespace maintenance::text
