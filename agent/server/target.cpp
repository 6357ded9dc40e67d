#include "agent/server/target.h"

#include <optional>

#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

Error refused(std::string_view target, std::string_view why) {
  return Error{ErrorKind::invalid, "request target " + text::quoted(target), std::string(why)};
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

/// `raw` with its escapes resolved; nothing when an escape is broken.
std::optional<std::string> decode(std::string_view raw, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (raw[i] != '%') {
      out += raw[i];
    } else {
      if (i + 2 >= raw.size()) return std::nullopt;
      const auto high = hex_digit(raw[i + 1]);
      const auto low = hex_digit(raw[i + 2]);
      if (!high || !low) return std::nullopt;
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  return out;
}

bool is_clean_segment(std::string_view segment) {
  if (segment.empty() || segment == "." || segment == "..") return false;
  for (const char c : segment) {
    // No name has anything but ASCII, and not everybody refuses an overlong slash.
    const auto byte = static_cast<unsigned char>(c);
    if (c == '/' || c == '\\' || byte < 0x20 || byte >= 0x7F) return false;
  }
  return true;
}

Result<void> add_query(std::string_view raw, std::string_view target, ParsedTarget& out) {
  while (!raw.empty()) {
    const auto end = std::min(raw.find('&'), raw.size());
    const std::string_view pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto key = decode(pair.substr(0, equals), true);
    const auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                        : decode(pair.substr(equals + 1), true);
    if (!key || !value) return refused(target, "its query has a broken percent escape");
    if (!out.query.emplace(*key, *value).second) {
      return refused(target, "its query has " + text::quoted(*key) + " twice");
    }
  }
  return {};
}

}  // namespace

Result<ParsedTarget> parse_target(std::string_view target) {
  ParsedTarget out;
  const auto question = target.find('?');
  std::string_view path = target.substr(0, question);
  if (path.empty() || path.front() != '/' || path.find('#') != std::string_view::npos) {
    return refused(target, "must be an absolute path");
  }
  path.remove_prefix(1);
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto segment = decode(path.substr(0, slash), false);
    if (!segment) return refused(target, "it has a broken percent escape");
    if (!is_clean_segment(*segment)) {
      return refused(target,
                     "a part of the path is empty, relative or has characters that no "
                     "name may have");
    }
    out.segments.push_back(*segment);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
    if (path.empty()) return refused(target, "it ends in a slash");
  }
  if (question != std::string_view::npos) {
    if (auto added = add_query(target.substr(question + 1), target, out); !added) {
      return added.error();
    }
  }
  return out;
}

}  // namespace maintenance::agent
