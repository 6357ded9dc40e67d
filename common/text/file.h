#pragma once

#include <string>

#include "common/result.h"

namespace maintenance::text {

/// Largest file we read whole: kubeconfigs, certificates and tokens are all far smaller.
inline constexpr std::size_t file_bytes_max = 4UL * 1024 * 1024;

/// The whole content of a file. Fails with `not_found`, `too_large` or `invalid`.
[[nodiscard]] Result<std::string> read_file(const std::string& path);
/// The same of a file that has no business to be larger than `bytes_max`.
[[nodiscard]] Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max);

/// `raw` without leading and trailing white space.
[[nodiscard]] std::string trimmed(const std::string& raw);

}  // namespace maintenance::text
