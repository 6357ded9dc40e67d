#include <vector>

#include "tests/fuzz/require.h"

/// Reads one byte too many when an input begins with "bug": a fuzzer that does not find that finds
/// nothing. Run by fuzz.sh, which fails unless it is found.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> copy(data, data + size);
  const bool found = size >= 3 && copy[0] == 'b' && copy[1] == 'u' && copy[2] == 'g';
  return found && copy.data()[size] == 'x' ? -1 : 0;
}
