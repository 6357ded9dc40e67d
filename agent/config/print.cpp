#include "agent/config/configuration.h"
#include "agent/config/setting.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

constexpr std::size_t indent_per_level = 2;

/// A double-quoted YAML text; there are no control characters in a value that was accepted.
std::string yaml_text(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// Without leading zeros, which would make it another number to some YAML readers.
std::string yaml_number(const std::string& value) {
  const auto first = value.find_first_not_of('0');
  return first == std::string::npos ? "0" : value.substr(first);
}

std::string origin_of(const Setting& setting, const Value& value) {
  switch (value.origin) {
    case Origin::flag:
      return "flag " + std::string(setting.flag);
    case Origin::environment:
      return "environment " + std::string(setting.variable);
    case Origin::file:
      return "file, line " + std::to_string(value.line);
    case Origin::fallback:
      break;
  }
  return "default";
}

/// Writes the sections of `path` that `previous` is not in, and gives the indentation of its last
/// word.
std::string open_sections(std::string_view previous, std::string_view path, std::string& out) {
  std::string indent;
  bool same = true;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    same = same && previous.starts_with(path.substr(0, dot + 1));
    const auto begin = path.rfind('.', dot - 1) + 1;  // npos + 1 is 0
    if (!same) out.append(indent).append(path.substr(begin, dot - begin)).append(":\n");
    indent.append(indent_per_level, ' ');
  }
  return indent;
}

}  // namespace

std::string describe(const Configuration& configuration) {
  std::string out;
  std::size_t index = 0;
  for (const Setting& setting : setting_table()) {
    out.append(setting.variable).append("=");
    out.append(text::printable(configuration.values.at(index++).text)).append("\n");
  }
  return out;
}

std::string to_yaml(const Configuration& configuration) {
  std::string out = "# What holds for maintenance-agent " MAINTENANCE_VERSION
                    "; can be used as its configuration file.\n# Read from file: ";
  out += configuration.file.empty() ? "none" : text::printable(configuration.file);
  out += "\n";
  std::string_view previous;
  std::size_t index = 0;
  for (const Setting& setting : setting_table()) {
    const Value& value = configuration.values.at(index++);
    const std::string indent = open_sections(previous, setting.path, out);
    out.append(indent).append(setting.path.substr(setting.path.rfind('.') + 1)).append(": ");
    out +=
        setting.type.kind == ValueKind::integer ? yaml_number(value.text) : yaml_text(value.text);
    out += "  # " + origin_of(setting, value) + "\n";
    previous = setting.path;
  }
  return out;
}

}  // namespace maintenance::agent
