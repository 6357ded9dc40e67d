#include "plugin/output/confirmation.h"

#include <array>

#include "common/text/file.h"

namespace maintenance::plugin {
namespace {

/// Longest answer we read; whoever pipes a file in does not mean yes.
constexpr std::size_t answer_bytes_max = 64;

}  // namespace

Result<void> confirm(Io& io, const std::string& question) {
  io.err << question << " [y/N]: " << std::flush;
  std::array<char, answer_bytes_max> line{};
  io.in.getline(line.data(), static_cast<std::streamsize>(line.size()));
  const std::string answer = io.in.fail() ? "" : text::trimmed(line.data());
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return Error{ErrorKind::invalid, "", "not confirmed; nothing was changed"};
}

}  // namespace maintenance::plugin
