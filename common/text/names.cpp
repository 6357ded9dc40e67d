#include "common/text/names.h"

#include "common/text/printable.h"

namespace maintenance::text {
namespace {

bool is_lower_alnum(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_alnum(char c) noexcept {
  return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

Error refused(std::string_view what, std::string_view name, std::string_view rule) {
  return Error{ErrorKind::invalid, std::string(what) + " name " + quoted(name), std::string(rule)};
}

}  // namespace

bool is_label(std::string_view name) noexcept {
  if (name.empty() || name.size() > label_bytes_max) return false;
  if (!is_lower_alnum(name.front()) || !is_lower_alnum(name.back())) return false;
  for (const char c : name) {
    if (!is_lower_alnum(c) && c != '-') return false;
  }
  return true;
}

bool is_subdomain(std::string_view name) noexcept {
  if (name.empty() || name.size() > subdomain_bytes_max) return false;
  while (true) {
    const auto dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    // The parts of a subdomain are not limited to 63 bytes each in Kubernetes' own check.
    if (part.empty() || !is_lower_alnum(part.front()) || !is_lower_alnum(part.back())) return false;
    for (const char c : part) {
      if (!is_lower_alnum(c) && c != '-') return false;
    }
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

bool is_label_value(std::string_view value) noexcept {
  if (value.empty() || value.size() > label_bytes_max) return false;
  if (!is_alnum(value.front()) || !is_alnum(value.back())) return false;
  for (const char c : value) {
    if (!is_alnum(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return true;
}

Result<void> check_subdomain(std::string_view what, std::string_view name) {
  if (is_subdomain(name)) return {};
  return refused(what, name,
                 "a lowercase RFC 1123 subdomain must consist of lower case letters, digits, '-' "
                 "or '.', start and end with a letter or digit, and have at most 253 characters");
}

Result<void> check_label(std::string_view what, std::string_view name) {
  if (is_label(name)) return {};
  return refused(what, name,
                 "a lowercase RFC 1123 label must consist of lower case letters, digits or '-', "
                 "start and end with a letter or digit, and have at most 63 characters");
}

Result<void> check_label_value(std::string_view what, std::string_view value) {
  if (is_label_value(value)) return {};
  return refused(what, value,
                 "a label value must consist of letters, digits, '-', '_' or '.', start and end "
                 "with a letter or digit, and have at most 63 characters");
}

}  // namespace maintenance::text
