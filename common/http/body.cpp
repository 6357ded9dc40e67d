#include "common/http/body.h"

#include <array>

namespace maintenance::http {

bool is_closed_json(std::string_view body) noexcept {
  std::size_t depth = 0;
  bool in_string = false;
  bool escaped = false;
  bool seen = false;
  for (const char c : body) {
    if (in_string) {
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    if (c == '"') {
      in_string = true;
      seen = true;
    } else if (c == '{' || c == '[') {
      ++depth;
      seen = true;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return false;
      --depth;
    }
  }
  return seen && depth == 0 && !in_string;
}

Result<std::string> read_body(std::istream& stream, const BodyRule& rule) {
  const std::string doing = "reading an answer";
  if (rule.content_length && *rule.content_length > rule.bytes_max) {
    return Error{ErrorKind::too_large, doing,
                 "it is larger than " + std::to_string(rule.bytes_max) + " bytes"};
  }
  std::string body;
  std::array<char, 16 * 1024> block{};
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    body.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    if (body.size() > rule.bytes_max) {
      return Error{ErrorKind::too_large, doing,
                   "it is larger than " + std::to_string(rule.bytes_max) + " bytes"};
    }
  }
  const Error cut{ErrorKind::protocol, doing, "the answer was cut short"};
  if (stream.bad()) return cut;
  if (rule.content_length && !rule.chunked && body.size() != *rule.content_length) return cut;
  const bool json = rule.content_type.find("json") != std::string::npos;
  if ((rule.chunked || !rule.content_length) && json && !is_closed_json(body)) return cut;
  return body;
}

}  // namespace maintenance::http
