#include "plugin/tunnel/response_reader.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/http/body.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

/// A chunk's size line is a few digits; anything longer is not HTTP.
constexpr std::size_t chunk_line_bytes_max = 256;

Error cut() {
  return Error{ErrorKind::protocol, reading_answer, "it was cut short"};
}

Error oversized(std::size_t bytes_max) {
  return Error{ErrorKind::too_large, reading_answer,
               "it is larger than " + std::to_string(bytes_max) + " bytes"};
}

/// Appends exactly `bytes` bytes to `body`.
bool append_exactly(std::istream& stream, std::size_t bytes, std::string& body) {
  const std::size_t before = body.size();
  body.resize(before + bytes);
  stream.read(body.data() + before, static_cast<std::streamsize>(bytes));
  return static_cast<std::size_t>(stream.gcount()) == bytes;
}

std::optional<std::string> read_line(std::istream& stream) {
  std::string line;
  char c = 0;
  while (line.size() < chunk_line_bytes_max && stream.get(c)) {
    if (c == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    line += c;
  }
  return std::nullopt;
}

std::optional<std::size_t> chunk_size(const std::string& line) {
  std::size_t size = 0;
  const char* end = line.data() + std::min(line.find(';'), line.size());
  const auto [stop, failure] = std::from_chars(line.data(), end, size, 16);
  if (failure != std::errc() || stop != end) return std::nullopt;
  return size;
}

Result<std::string> read_chunks(std::istream& stream, std::size_t bytes_max) {
  std::string body;
  while (true) {
    const auto line = read_line(stream);
    if (!line) return cut();
    const auto size = chunk_size(*line);
    if (!size) return Error{ErrorKind::protocol, reading_answer, "a chunk has no size"};
    if (*size == 0) return body;  // trailers say nothing to us
    if (*size > bytes_max - body.size()) return oversized(bytes_max);
    if (!append_exactly(stream, *size, body)) return cut();
    const auto after = read_line(stream);
    if (!after || !after->empty()) return cut();
  }
}

Result<std::string> read_until_end(std::istream& stream, std::size_t bytes_max) {
  std::string body;
  char c = 0;
  while (stream.get(c)) {
    body += c;
    if (body.size() > bytes_max) return oversized(bytes_max);
  }
  if (!http::is_closed_json(body)) return cut();
  return body;
}

Result<std::string> read_body(std::istream& stream, const Poco::Net::HTTPResponse& head,
                              std::size_t bytes_max) {
  const int status = head.getStatus();
  if (status == Poco::Net::HTTPResponse::HTTP_NO_CONTENT ||
      status == Poco::Net::HTTPResponse::HTTP_NOT_MODIFIED) {
    return std::string();
  }
  if (head.getChunkedTransferEncoding()) return read_chunks(stream, bytes_max);
  if (!head.hasContentLength()) return read_until_end(stream, bytes_max);
  const auto length = head.getContentLength64();
  if (length < 0) return Error{ErrorKind::protocol, reading_answer, "its length is negative"};
  if (static_cast<std::uint64_t>(length) > bytes_max) return oversized(bytes_max);
  std::string body;
  if (!append_exactly(stream, static_cast<std::size_t>(length), body)) return cut();
  return body;
}

}  // namespace

Result<http::Response> read_response(std::istream& stream, std::size_t bytes_max) {
  try {
    Poco::Net::HTTPResponse head;
    head.read(stream);
    auto body = read_body(stream, head, bytes_max);
    if (!body) return body.error();
    http::Response answer;
    answer.status = head.getStatus();
    for (const auto& [name, value] : head)
      answer.headers.push_back(http::Header{name, value});
    answer.body = std::move(*body);
    return answer;
  } catch (const Poco::Exception& failure) {
    if (stream.eof()) return cut();
    return Error{ErrorKind::protocol, reading_answer,
                 "not HTTP: " + text::printable(failure.displayText())};
  }
}

}  // namespace maintenance::plugin
