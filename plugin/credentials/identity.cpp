#include "plugin/credentials/identity.h"

#include <Poco/String.h>

#include <array>

#include "common/text/base64.h"

namespace maintenance::plugin {
namespace {

/// What may be part of a header's name (RFC 9110), without "%", which marks what was encoded.
bool is_name_character(char c) {
  constexpr std::string_view others = "!#$&'*+-.^_`|~";
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
}

std::string encoded_key(const std::string& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : Poco::toLower(key)) {
    if (is_name_character(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
  }
  return out;
}

}  // namespace

std::vector<http::Header> impersonation_headers(const Impersonation& as) {
  std::vector<http::Header> out;
  if (as.user.empty()) return out;
  out.push_back({"Impersonate-User", as.user});
  if (!as.uid.empty()) out.push_back({"Impersonate-Uid", as.uid});
  for (const std::string& group : as.groups)
    out.push_back({"Impersonate-Group", group});
  for (const auto& [key, values] : as.extra) {
    for (const std::string& value : values)
      out.push_back({"Impersonate-Extra-" + encoded_key(key), value});
  }
  return out;
}

http::Header basic_header(const std::string& username, const std::string& password) {
  return {"Authorization", "Basic " + text::base64_encode(username + ":" + password)};
}

}  // namespace maintenance::plugin
