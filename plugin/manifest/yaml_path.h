#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/yaml/yaml.h"

/// Looking things up in a manifest: a member that is missing, or something else than expected,
/// reads as nothing.
namespace maintenance::plugin::manifest {

using Values = std::vector<const YamlValue*>;

/// A scalar's text.
[[nodiscard]] std::string text_of(const YamlValue* value);
/// The member of a member of a member.
[[nodiscard]] const YamlValue* at(const YamlValue* from,
                                  std::initializer_list<std::string_view> path);
/// The maps of a list member.
[[nodiscard]] Values maps_of(const YamlValue* from, std::string_view key);
/// The map of a list whose `name` is this.
[[nodiscard]] const YamlValue* named(const Values& list, const std::string& name);
/// Names of the volumes of a StatefulSet that keep data: its claim templates, and claims of others.
[[nodiscard]] std::vector<std::string> data_volumes(const YamlValue& stateful_set);

/// Every object of the documents, Lists taken apart.
[[nodiscard]] Values objects_of(const std::vector<YamlValue>& documents);

}  // namespace maintenance::plugin::manifest
