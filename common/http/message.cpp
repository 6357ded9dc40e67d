#include "common/http/message.h"

#include <algorithm>
#include <cstdint>

namespace maintenance::http {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// RFC 9110 token: methods and header names.
bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || marks.find(c) != marks.npos;
  });
}

bool is_target(std::string_view text) noexcept {
  return !text.empty() && text.front() == '/' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool is_header_value(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

}  // namespace

std::string_view find_header(const std::vector<Header>& headers, std::string_view name) noexcept {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  for (const Header& header : headers) {
    if (std::equal(header.name.begin(), header.name.end(), name.begin(), name.end(), same)) {
      return header.value;
    }
  }
  return {};
}

Result<void> check_sendable(const Request& request) {
  const auto refuse = [](const std::string& what) {
    return Error{ErrorKind::invalid, "preparing a request", what};
  };
  if (!is_token(request.method)) return refuse("its method is no word");
  if (!is_target(request.target)) return refuse("its target has characters that no URL may have");
  for (const Header& header : request.headers) {
    if (!is_token(header.name)) return refuse("a header's name is no word");
    if (!is_header_value(header.value)) {
      return refuse("the header " + header.name + " has control characters");
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
