#include "plugin/manifest/yaml_path.h"

#include <algorithm>

namespace maintenance::plugin::manifest {
namespace {

void add_objects(const YamlValue& value, Values& out) {
  if (text_of(value.find("kind")) != "List") {
    out.push_back(&value);
    return;
  }
  for (const YamlValue* item : maps_of(&value, "items"))
    add_objects(*item, out);
}

}  // namespace

std::string text_of(const YamlValue* value) {
  return value != nullptr && value->kind == YamlValue::Kind::scalar ? value->scalar : "";
}

const YamlValue* at(const YamlValue* from, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    if (from == nullptr) return nullptr;
    from = from->find(key);
  }
  return from;
}

Values maps_of(const YamlValue* from, std::string_view key) {
  Values out;
  const YamlValue* list = from == nullptr ? nullptr : from->find(key);
  if (list == nullptr) return out;
  for (const YamlValue& item : list->items) {
    if (item.kind == YamlValue::Kind::map) out.push_back(&item);
  }
  return out;
}

const YamlValue* named(const Values& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const YamlValue* value) {
    return text_of(value->find("name")) == name;
  });
  return found == list.end() ? nullptr : *found;
}

std::vector<std::string> data_volumes(const YamlValue& stateful_set) {
  std::vector<std::string> out;
  for (const YamlValue* claim : maps_of(stateful_set.find("spec"), "volumeClaimTemplates"))
    out.push_back(text_of(at(claim, {"metadata", "name"})));
  const YamlValue* pod = at(&stateful_set, {"spec", "template", "spec"});
  for (const YamlValue* volume : maps_of(pod, "volumes")) {
    if (volume->find("persistentVolumeClaim") != nullptr) {
      out.push_back(text_of(volume->find("name")));
    }
  }
  return out;
}

Values objects_of(const std::vector<YamlValue>& documents) {
  Values out;
  for (const YamlValue& document : documents)
    add_objects(document, out);
  return out;
}

}  // namespace maintenance::plugin::manifest
