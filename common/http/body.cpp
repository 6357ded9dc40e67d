#include "common/http/body.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace maintenance::http {
namespace {

/// Longest line between chunks (size with extensions, or a trailer), and how many trailers are
/// read: enough for any server, and nothing that could go on for ever.
constexpr std::size_t chunk_line_bytes_max = 8192;
constexpr int trailers_max = 64;

Error over(std::size_t bytes_max) {
  return Error{ErrorKind::too_large, "reading an answer",
               "it is larger than " + std::to_string(bytes_max) + " bytes"};
}

Error cut_short() {
  return Error{ErrorKind::protocol, "reading an answer", "the answer was cut short"};
}

bool is_json(const BodyRule& rule) {
  return rule.content_type.find("json") != std::string::npos;
}

/// The next line without its end; nothing when the connection ends first or it is too long.
std::optional<std::string> read_line(ByteSource& source) {
  std::string line;
  while (line.size() <= chunk_line_bytes_max) {
    const int byte = source.next_byte();
    if (byte < 0) return std::nullopt;
    if (byte == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    line += static_cast<char>(byte);
  }
  return std::nullopt;
}

bool skip_line_end(ByteSource& source) {
  const auto line = read_line(source);
  return line && line->empty();
}

std::optional<std::size_t> read_chunk_size(ByteSource& source) {
  const auto line = read_line(source);
  if (!line) return std::nullopt;
  std::size_t size = 0;
  const char* const end = line->data() + line->size();
  const auto [rest, failure] = std::from_chars(line->data(), end, size, 16);
  // What may follow the size is an extension, or blanks that some servers add.
  if (failure != std::errc() || (rest != end && *rest != ';' && *rest != ' ')) return std::nullopt;
  return size;
}

}  // namespace

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
  if (rule.content_length && *rule.content_length > rule.bytes_max) return over(rule.bytes_max);
  std::string body;
  std::array<char, 16 * 1024> block{};
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    body.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    if (body.size() > rule.bytes_max) return over(rule.bytes_max);
  }
  if (stream.bad()) return cut_short();
  if (rule.content_length && !rule.chunked) {
    if (body.size() != *rule.content_length) return cut_short();
    return body;
  }
  if (is_json(rule) ? !is_closed_json(body) : body.empty()) return cut_short();
  return body;
}

Result<void> ChunkedBody::skip_trailers() {
  for (int trailer = 0; trailer < trailers_max; ++trailer) {
    const auto line = read_line(source_);
    if (!line) return cut_short();
    if (line->empty()) return {};
  }
  return cut_short();
}

Result<void> ChunkedBody::begin_chunk() {
  const auto size = read_chunk_size(source_);
  if (!size) return cut_short();
  if (bytes_max_) {
    if (*size > *bytes_max_ - announced_) return over(*bytes_max_);
    announced_ += *size;
  }
  left_ = *size;
  return {};
}

Result<std::size_t> ChunkedBody::next(char* buffer, std::size_t count) {
  if (ended_) return std::size_t{0};
  if (left_ == 0) {
    if (auto begun = begin_chunk(); !begun) return begun.error();
  }
  if (left_ == 0) {
    if (auto skipped = skip_trailers(); !skipped) return skipped.error();
    ended_ = true;
    return std::size_t{0};
  }
  const std::size_t got = source_.next_bytes(buffer, std::min(count, left_));
  if (got == 0) return cut_short();
  left_ -= got;
  if (left_ == 0 && !skip_line_end(source_)) return cut_short();
  return got;
}

Result<std::string> read_chunked_body(ByteSource& source, const BodyRule& rule) {
  ChunkedBody chunks(source, rule.bytes_max);
  std::string body;
  std::array<char, 16 * 1024> block{};
  while (true) {
    const auto got = chunks.next(block.data(), block.size());
    if (!got) return got.error();
    if (*got == 0) break;
    body.append(block.data(), *got);
  }
  if (is_json(rule) && !is_closed_json(body)) return cut_short();
  return body;
}

}  // namespace maintenance::http
