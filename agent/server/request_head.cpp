#include "agent/server/request_head.h"

#include <algorithm>

#include "agent/server/request_check.h"

namespace maintenance::agent {
namespace {

constexpr std::string_view line_end = "\r\n";

/// Cuts the first line off `rest`.
std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find(line_end), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + line_end.size(), rest.size()));
  return line;
}

std::string_view trim(std::string_view raw) {
  constexpr std::string_view blanks = " \t";
  const auto first = raw.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return raw.substr(first, raw.find_last_not_of(blanks) - first + 1);
}

/// "PUT /pods/a HTTP/1.1": three words with one blank between each.
bool read_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  if (first == std::string_view::npos) return false;
  const auto second = line.find(' ', first + 1);
  if (second == std::string_view::npos) return false;
  const std::string_view version = line.substr(second + 1);
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, second - first - 1);
  return version == "HTTP/1.1" || version == "HTTP/1.0";
}

}  // namespace

std::size_t head_end(std::string_view bytes) noexcept {
  const auto found = bytes.find("\r\n\r\n");
  return found == std::string_view::npos ? found : found + 4;
}

bool is_no_head(std::string_view bytes) noexcept {
  if (bytes.empty()) return false;
  const bool starts_as_text = (bytes.front() >= 'A' && bytes.front() <= 'Z') ||
                              (bytes.front() >= 'a' && bytes.front() <= 'z');
  if (!starts_as_text || bytes.size() > request_head_bytes_max) return true;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) return true;
  }
  return false;
}

RequestHead parse_head(std::string_view bytes) {
  RequestHead head;
  const auto unfit = [&head](int status, const char* why) {
    head.unfit = Unfit{status, why};
    return head;
  };
  // Before anything else, because the answer to a head that is refused is also in the words of the
  // API that was asked.
  std::string_view lines = bytes;
  const bool has_request_line = read_request_line(take_line(lines), head);
  const std::size_t end = head_end(bytes);
  if (std::min(end, bytes.size()) > request_head_bytes_max) {
    return unfit(431, "the headers are too large");
  }
  if (end == std::string_view::npos) return unfit(400, "this is no HTTP request");
  std::string_view raw = bytes.substr(0, end - 2 * line_end.size());
  if (is_no_head(raw)) return unfit(400, "this is no HTTP request");
  if (!has_request_line) {
    return unfit(400, "the request line must have a method, a target and version 1.1");
  }
  take_line(raw);
  while (!raw.empty()) {
    const std::string_view line = take_line(raw);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return unfit(400, "a header line has no colon");
    if (head.headers.size() >= request_headers_max) return unfit(431, "there are too many headers");
    // The name is kept with any blanks, which make it no token: folded lines and "name :" end here.
    head.headers.push_back(http::Header{std::string(line.substr(0, colon)),
                                        std::string(trim(line.substr(colon + 1)))});
  }
  head.unfit = find_unfit(head.method, head.target, head.headers);
  return head;
}

}  // namespace maintenance::agent
