#include "common/text/file.h"

#include <Poco/String.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "common/text/printable.h"

namespace maintenance::text {

Result<std::string> read_file(const std::string& path) {
  return read_small_file(path, file_bytes_max);
}

Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
  const std::string doing = "reading file " + printable(path);
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (failure == std::errc::permission_denied) {
    return Error{ErrorKind::invalid, doing, "cannot be reached (check the folders' permissions)"};
  }
  if (failure || !std::filesystem::exists(status)) {
    return Error{ErrorKind::not_found, doing, "no such file"};
  }
  if (std::filesystem::is_directory(status)) return Error{ErrorKind::invalid, doing, "is a folder"};
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorKind::invalid, doing, "cannot be opened (check its permissions)"};
  std::string content;
  std::array<char, 16 * 1024> block{};
  while (in.read(block.data(), block.size()) || in.gcount() > 0) {
    content.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (content.size() > bytes_max) {
      return Error{ErrorKind::too_large, doing,
                   "is over " + std::to_string(bytes_max / 1024) + " KiB"};
    }
  }
  if (in.bad()) return Error{ErrorKind::invalid, doing, "cannot be read"};
  return content;
}

std::string trimmed(const std::string& raw) {
  return Poco::trim(raw);
}

}  // namespace maintenance::text
