#include "agent/server/request_check.h"

#include <Poco/String.h>

#include <algorithm>
#include <charconv>

namespace maintenance::agent {
namespace {

using http::Header;

bool is_token(const std::string& text) {
  constexpr std::string_view tokens =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
  return !text.empty() && text.find_first_not_of(tokens) == std::string::npos;
}

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

bool has_space_or_control(const std::string& text) {
  return has_control(text) || text.find_first_of(" \t") != std::string::npos;
}

std::vector<std::string> values_of(const std::vector<Header>& headers, const std::string& name) {
  std::vector<std::string> values;
  for (const Header& header : headers) {
    if (Poco::icompare(header.name, name) == 0) values.push_back(header.value);
  }
  return values;
}

/// Digits only: Poco would read "1,0" as 10, "+3" as 3 and -1 as no body.
std::optional<std::size_t> parse_length(const std::string& text) {
  std::size_t length = 0;
  const char* end = text.data() + text.size();
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const auto [last, failure] = std::from_chars(text.data(), end, length);
  if (!digits || failure != std::errc() || last != end) return std::nullopt;
  return length;
}

std::optional<Unfit> check_header(const Header& header) {
  if (!is_token(header.name)) return Unfit{400, "a header has a name that is no token"};
  if (has_control(header.value)) {
    return Unfit{400, "a header value has a control character"};
  }
  if (header.value.find("=?") != std::string::npos) {
    return Unfit{400, "a header value is an encoded word"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Unfit> find_unfit(const std::string& method, const std::string& target,
                                const std::vector<Header>& headers) {
  if (!is_token(method)) return Unfit{400, "the method is no token"};
  if (has_space_or_control(target)) return Unfit{400, "the target has a control character"};
  for (const Header& header : headers) {
    if (auto unfit = check_header(header)) return unfit;
  }
  if (values_of(headers, "Host").size() != 1) return Unfit{400, "there must be one Host header"};
  if (!values_of(headers, "Transfer-Encoding").empty()) {
    return Unfit{400, "Transfer-Encoding is not accepted; send a Content-Length"};
  }
  const auto lengths = values_of(headers, "Content-Length");
  if (lengths.size() > 1) return Unfit{400, "there must be at most one Content-Length header"};
  if (lengths.empty()) return std::nullopt;
  const auto length = parse_length(lengths.front());
  if (!length) return Unfit{400, "the Content-Length is no number"};
  if (*length > request_body_bytes_max) {
    return Unfit{413,
                 "the body is larger than " + std::to_string(request_body_bytes_max) + " bytes"};
  }
  return std::nullopt;
}

std::size_t body_length(const std::vector<Header>& headers) {
  const auto lengths = values_of(headers, "Content-Length");
  return lengths.empty() ? 0 : parse_length(lengths.front()).value_or(0);
}

}  // namespace maintenance::agent
