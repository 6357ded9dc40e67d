#include "common/http/message.h"

#include <Poco/String.h>

#include <cstdint>

namespace maintenance::http {

std::string_view find_header(const std::vector<Header>& headers, std::string_view name) noexcept {
  for (const Header& header : headers) {
    if (header.name.size() == name.size() && Poco::icompare(header.name, std::string(name)) == 0) {
      return header.value;
    }
  }
  return {};
}

bool is_read(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD";
}

std::string percent_encode(std::string_view raw) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : raw) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 0x0FU];
  }
  return out;
}

}  // namespace maintenance::http
