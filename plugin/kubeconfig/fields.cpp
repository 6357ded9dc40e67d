#include "plugin/kubeconfig/fields.h"

#include <filesystem>

#include "common/text/base64.h"

namespace maintenance::plugin {

const YamlValue* Fields::present(std::string_view key) const {
  const YamlValue* value = body_.find(key);
  return value == nullptr || value->kind == YamlValue::Kind::null ? nullptr : value;
}

std::string Fields::text_of(const YamlValue& value, std::string_view key) {
  if (value.kind != YamlValue::Kind::scalar) {
    fail(key, "must be a text");
    return {};
  }
  if (scalar_type(value) == ScalarType::text) return value.scalar;
  fail(key, "must be a text; put it into quotes");
  return {};
}

std::string Fields::text(std::string_view key) {
  const YamlValue* value = present(key);
  return value == nullptr ? std::string() : text_of(*value, key);
}

std::string Fields::base64(std::string_view key) {
  std::string out = text(key);
  if (!out.empty() && !text::base64_decode(out)) fail(key, "is not base64");
  return out;
}

bool Fields::flag(std::string_view key) {
  const YamlValue* value = present(key);
  if (value == nullptr) return false;
  if (value->kind == YamlValue::Kind::scalar && scalar_type(*value) == ScalarType::boolean) {
    return is_true(*value);
  }
  fail(key, "must be true or false");
  return false;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> out;
  const YamlValue* value = present(key);
  if (value == nullptr) return out;
  if (value->kind != YamlValue::Kind::list) fail(key, "must be a list of texts");
  for (const YamlValue& item : value->items)
    out.push_back(text_of(item, key));
  return out;
}

std::string Fields::beside_file(const std::string& name) const {
  const std::filesystem::path value = name;
  if (value.empty() || value.is_absolute()) return value.string();
  return (std::filesystem::path(file_).parent_path() / value).lexically_normal().string();
}

std::string Fields::path(std::string_view key) {
  return beside_file(text(key));
}

std::string Fields::program(std::string_view key) {
  const std::string name = text(key);
  if (!std::filesystem::path(name).has_parent_path()) return name;
  // "./login" beside "config" must not become "login", which would be looked up in PATH.
  const std::filesystem::path beside = beside_file(name);
  return beside.has_parent_path() ? beside.string()
                                  : (std::filesystem::path(".") / beside).string();
}

const YamlValue* Fields::map(std::string_view key) {
  const YamlValue* value = present(key);
  if (value == nullptr || value->kind == YamlValue::Kind::map) return value;
  fail(key, "must be a map");
  return nullptr;
}

std::vector<const YamlValue*> Fields::maps(std::string_view key) {
  std::vector<const YamlValue*> out;
  const YamlValue* value = present(key);
  if (value == nullptr) return out;
  if (value->kind != YamlValue::Kind::list) fail(key, "must be a list");
  for (const YamlValue& item : value->items) {
    if (item.kind == YamlValue::Kind::map)
      out.push_back(&item);
    else
      fail(key, "must be a list of maps");
  }
  return out;
}

Fields Fields::inside(const YamlValue& body, const std::string& name) const {
  Fields part(body, file_, entry_);
  part.prefix_ = prefix_ + name + ".";
  return part;
}

void Fields::fail(std::string_view key, const std::string& why) {
  if (error_) return;
  error_ = Error{ErrorKind::invalid, "reading kubeconfig " + file_,
                 entry_ + ": " + prefix_ + std::string(key) + " " + why};
}

void Fields::take_error(const Fields& part) {
  if (!error_) error_ = part.error_;
}

}  // namespace maintenance::plugin
