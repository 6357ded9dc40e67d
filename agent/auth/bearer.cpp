#include "agent/auth/bearer.h"

#include <Poco/String.h>

#include <algorithm>
#include <string_view>

namespace maintenance::agent {
namespace {

constexpr std::string_view scheme = "Bearer";

Error unusable(const std::string& why) {
  return Error{ErrorKind::unauthorized, "reading the Authorization header", why};
}

/// RFC 6750: b64token.
bool is_token(std::string_view text) {
  const auto padding = std::min(text.find('='), text.size());
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
  };
  return padding > 0 && std::all_of(text.begin(), text.begin() + padding, plain) &&
         text.find_first_not_of('=', padding) == std::string_view::npos;
}

}  // namespace

Result<std::optional<std::string>> bearer_token(const std::vector<http::Header>& headers) {
  const std::string* value = nullptr;
  for (const http::Header& header : headers) {
    if (Poco::icompare(header.name, "Authorization") != 0) continue;
    if (value != nullptr) return unusable("there are several");
    value = &header.value;
  }
  if (value == nullptr) return std::optional<std::string>();
  const auto blank = std::min(value->find(' '), value->size());
  if (Poco::icompare(value->substr(0, blank), std::string(scheme)) != 0) {
    return unusable("it must be: Authorization: Bearer TOKEN");
  }
  const auto begin = std::min(value->find_first_not_of(' ', blank), value->size());
  std::string token = value->substr(begin);
  if (!is_token(token)) return unusable("what follows Bearer is no token");
  if (token.size() > token_bytes_max) {
    return unusable("the token has more than " + std::to_string(token_bytes_max) + " bytes");
  }
  return std::optional<std::string>(std::move(token));
}

}  // namespace maintenance::agent
