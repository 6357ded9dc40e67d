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
  std::vector<YamlValue> items;
  std::vector<YamlMember> members;

  /// The member called `key`, or null.
  [[nodiscard]] const YamlValue* find(std::string_view key) const noexcept;
};

/// One entry of a map, in the order of the document.
struct YamlMember {
  std::string key;
  YamlValue value;
};

/// Parses one document; an empty text is a null value. Never throws: whatever is wrong with the
/// text is an ErrorKind::invalid that names the line.
[[nodiscard]] Result<YamlValue> parse_yaml(const std::string& text, const std::string& doing);

}  // namespace maintenance::plugin
