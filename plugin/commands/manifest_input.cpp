#include "plugin/commands/manifest_input.h"

#include <array>

#include "common/text/file.h"

namespace maintenance::plugin {

Result<std::string> read_manifest(const std::string& file, std::istream& in,
                                  const FileReader& read) {
  if (file != "-") return read(file);
  std::string out;
  std::array<char, 4096> block{};
  while (in.read(block.data(), block.size()) || in.gcount() > 0) {
    out.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (out.size() > text::file_bytes_max) {
      return Error{ErrorKind::too_large, "reading standard input",
                   "it is larger than any manifest"};
    }
  }
  return out;
}

}  // namespace maintenance::plugin
