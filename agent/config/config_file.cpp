#include "agent/config/config_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "agent/config/config_yaml.h"
#include "agent/config/setting.h"
#include "common/text/file.h"
#include "common/text/nearest.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

using Kind = ConfigEntry::Kind;

const Setting* find_setting(std::string_view path) {
  for (const Setting& setting : setting_table()) {
    if (setting.path == path) return &setting;
  }
  return nullptr;
}

/// The first setting below a section ("log" has "log.level"), or null.
const Setting* first_below(std::string_view path) {
  const std::string prefix = std::string(path) + ".";
  for (const Setting& setting : setting_table()) {
    if (setting.path.starts_with(prefix)) return &setting;
  }
  return nullptr;
}

std::string_view last_word(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

/// The known key that was probably meant: one spelled alike, or one of that name elsewhere.
std::string meant_by(std::string_view path) {
  std::vector<std::string_view> paths;
  for (const Setting& setting : setting_table()) {
    paths.push_back(setting.path);
    if (const auto dot = setting.path.rfind('.'); dot != std::string_view::npos) {
      paths.push_back(setting.path.substr(0, dot));
    }
  }
  if (const auto near = text::nearest(path, paths); !near.empty()) return std::string(near);
  std::vector<std::string_view> words;
  std::transform(paths.begin(), paths.end(), std::back_inserter(words), last_word);
  const auto near = text::nearest(last_word(path), words);
  if (near.empty()) return {};
  return std::string(
      paths[static_cast<std::size_t>(std::find(words.begin(), words.end(), near) - words.begin())]);
}

std::string no_such_key(std::string_view path) {
  const std::string meant = meant_by(path);
  return "not a known key; " +
         (meant.empty() ? "maintenance-agent --help lists all" : "did you mean " + meant + "?");
}

bool is_boolean_to_yaml(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::array<std::string_view, 6> words{"true", "false", "yes", "no", "on", "off"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_number_to_yaml(std::string_view word) {
  if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
  if (word.starts_with("0x") || word.starts_with("0o")) return true;
  if (word.empty() || (word.front() != '.' && (word.front() < '0' || word.front() > '9'))) {
    return false;
  }
  double number = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
  return failure != std::errc::invalid_argument && end == word.data() + word.size();
}

std::string_view name_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::integer:
      return "a number";
    case ValueKind::duration:
      return "a duration such as 3h";
    case ValueKind::choice:
      return "a word";
    case ValueKind::text:
      break;
  }
  return "a text";
}

/// Why the scalar is not what YAML readers take for this type of value, or empty. The schema says
/// the same.
std::string wrong_scalar(const ValueType& type, const ConfigEntry& entry) {
  if (type.kind == ValueKind::integer) {
    return entry.plain ? "" : "must be a number, without quotes";
  }
  if (!entry.plain) return {};
  const bool number = is_number_to_yaml(entry.text);
  if (number && type.kind == ValueKind::duration) {
    return "must be a duration with its unit, such as 3h or 10d";
  }
  if (!number && !is_boolean_to_yaml(entry.text)) return {};
  return text::quoted(entry.text) + " is " + (number ? "a number" : "true or false") +
         " to YAML; put it into quotes";
}

/// What is wrong with the entry, or empty.
std::string wrong_with(const Setting* setting, const ConfigEntry& entry) {
  if (setting == nullptr) {
    const Setting* member = first_below(entry.path);
    if (member == nullptr) return no_such_key(entry.path);
    const bool fits = entry.kind == Kind::map || entry.kind == Kind::null;
    return fits ? "" : "must hold keys such as " + std::string(last_word(member->path));
  }
  const std::string must = "must be " + std::string(name_of(setting->type.kind));
  switch (entry.kind) {
    case Kind::null:
      return "has no value; " + must + ", or remove the key";
    case Kind::map:
      return must + ", not a map";
    case Kind::list:
      return must + ", not a list";
    case Kind::scalar:
      break;
  }
  return wrong_scalar(setting->type, entry);
}

}  // namespace

Result<FileValues> read_config_text(const std::string& text, const std::string& name) {
  auto entries = parse_config_yaml(text, name);
  if (!entries) return entries.error();
  FileValues values;
  for (ConfigEntry& entry : *entries) {
    const Setting* setting = find_setting(entry.path);
    const std::string wrong = wrong_with(setting, entry);
    if (!wrong.empty()) {
      return Error{ErrorKind::invalid, file_place(name, entry.line),
                   text::printable(entry.path, 100) + ": " + wrong};
    }
    if (setting != nullptr) {
      values.emplace(setting->path, FileValue{std::move(entry.text), entry.line});
    }
  }
  return values;
}

Result<FileValues> read_config_file(const std::string& path) {
  const auto text = text::read_small_file(path, config_file_bytes_max);
  if (!text) return text.error().within("the configuration");
  return read_config_text(*text, path);
}

}  // namespace maintenance::agent
