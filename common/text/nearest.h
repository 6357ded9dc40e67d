#pragma once

#include <span>
#include <string>
#include <string_view>

namespace maintenance::text {

/// The known name that a mistyped one was probably meant to be, for "did you mean": at most a third
/// of it differs; case, '-', '_' and '.' do not count. Empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view wrong,
                                       std::span<const std::string_view> known);

}  // namespace maintenance::text
