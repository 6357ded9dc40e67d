#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace maintenance::plugin {

/// Values that one document may have, aliases counted as often as they are used: a kubeconfig with
/// a thousand clusters has about 10,000, and a file made to explode is refused.
inline constexpr std::size_t yaml_values_max = 200'000;
/// Nesting of one document; exec plugins' own settings are the deepest part of a kubeconfig.
inline constexpr std::size_t yaml_depth_max = 64;

struct YamlMember;

/// One value of a YAML (or JSON) document. A plain value that owns its children.
struct YamlValue {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string scalar;
  bool plain = false;  ///< of a scalar: written without quotes, so 1 and true are no texts
  bool flow = false;   ///< of a list or map: written in brackets, as JSON is
  int line = 0;        ///< where it begins, counted from 1
  int column = 0;      ///< and counted from 0; of a map, where its first key is
  std::vector<YamlValue> items;
  std::vector<YamlMember> members;

  /// The member called `key` (the last one, when there are several), or null.
  [[nodiscard]] const YamlValue* find(std::string_view key) const noexcept;
  /// The same with its key's place.
  [[nodiscard]] const YamlMember* member(std::string_view key) const noexcept;
};

/// One entry of a map, in the order of the document.
struct YamlMember {
  std::string key;
  YamlValue value;
  int line = 0;    ///< of the key
  int column = 0;  ///< of the key, counted from 0
};

/// Documents of one text; a file with more is not written by people.
inline constexpr std::size_t yaml_documents_max = 1000;

/// Parses every document of a text, one after the other; those without a value are left out. Line
/// numbers are those of the text.
[[nodiscard]] Result<std::vector<YamlValue>> parse_yaml_documents(const std::string& text,
                                                                  const std::string& doing);

/// Parses one document; an empty text is a null value. Never throws: whatever is wrong with the
/// text is an ErrorKind::invalid that names the line.
[[nodiscard]] Result<YamlValue> parse_yaml(const std::string& text, const std::string& doing);

/// What YAML 1.1 takes a plain scalar for, as Go's reader does.
enum class ScalarType { text, number, boolean };
[[nodiscard]] ScalarType scalar_type(const YamlValue& scalar);
/// Whether a scalar of type boolean is true.
[[nodiscard]] bool is_true(const YamlValue& scalar);

/// The value as JSON, as kubectl hands it to programs.
[[nodiscard]] std::string to_json(const YamlValue& value);

}  // namespace maintenance::plugin
