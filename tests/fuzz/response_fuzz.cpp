#include <sstream>

#include "plugin/tunnel/response_reader.h"
#include "tests/fuzz/require.h"

using namespace maintenance;

namespace {

constexpr std::size_t bytes_max = 64UL * 1024;

}  // namespace

/// Whatever an agent's port says is one whole answer within the limit, or an error; and what was
/// whole with a byte less than came is the same answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream stream(text);
  const auto answer = plugin::read_response(stream, bytes_max);
  if (!answer) {
    testing::require(answer.error().kind == ErrorKind::protocol ||
                     answer.error().kind == ErrorKind::too_large);
    return 0;
  }
  testing::require(answer->body.size() <= bytes_max);
  std::istringstream more(text + "x");
  const auto again = plugin::read_response(more, bytes_max);
  // Without a length a body is as long as the stream: then the byte belongs to it.
  if (again && again->body.size() == answer->body.size()) {
    testing::require(again->status == answer->status && again->body == answer->body);
  }
  return 0;
}
