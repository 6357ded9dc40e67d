#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/settings.h"
#include "common/result.h"

namespace maintenance::agent {

/// How a value is written in a file: YAML tells numbers from texts.
enum class ValueKind { text, integer, duration, choice };

/// The type of a setting, for the file, the schema and the help.
struct ValueType {
  ValueKind kind = ValueKind::text;
  std::string_view choices;  ///< of a choice: "enforce|warn"
};

/// One setting: its three names, its type, what holds when nobody sets it, what it is for, and how
/// its text becomes part of the settings. To add one, add a row to the table; file, flags, help,
/// --print-config, schema and docs/configuration.md follow from it, and tests say what is stale.
struct Setting {
  std::string_view path;      ///< in the file: "log.level"
  std::string_view variable;  ///< in the environment: "MAINTENANCE_LOG_LEVEL"
  std::string_view flag;      ///< on the command line: "--log-level", the path with dashes
  ValueType type;
  std::string_view fallback;
  std::string_view help;
  /// `where` says where the value stands, for the message of a failure.
  Result<void> (*apply)(Settings& settings, std::string_view where, const std::string& value);
};

/// All settings; those of one section stand together.
[[nodiscard]] std::span<const Setting> setting_table() noexcept;

/// The words of a choice.
[[nodiscard]] std::vector<std::string_view> choices_of(const ValueType& type);

}  // namespace maintenance::agent
