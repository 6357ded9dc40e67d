#pragma once

#include <string_view>

namespace maintenance::plugin {

/// True when `a` comes before `b` for people: numbers within names count as numbers, so that pod 2
/// comes before pod 10.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b) noexcept;

}  // namespace maintenance::plugin
