#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace maintenance::testing {

/// A promise that an input has broken ends the process: libFuzzer keeps the input then.
inline void require(bool kept) {
  if (!kept) std::abort();
}

}  // namespace maintenance::testing
