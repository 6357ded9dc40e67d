#pragma once

#include <string>
#include <vector>

namespace maintenance::agent {

/// Objects named in one message; a dc of 300 pods must not make a page of text.
inline constexpr std::size_t names_shown_max = 5;

/// "a, b and 7 more"
[[nodiscard]] std::string listed(const std::vector<std::string>& names);
/// The command that takes these pods out of maintenance.
[[nodiscard]] std::string command_that_releases(const std::vector<std::string>& pods);

}  // namespace maintenance::agent
