#include "plugin/output/document.h"

#include <Poco/JSON/Array.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <vector>

#include "common/text/utf8.h"
#include "plugin/output/json.h"

namespace maintenance::plugin {
namespace {

void emit(YAML::Emitter& out, const Poco::Dynamic::Var& value);

void emit(YAML::Emitter& out, const Poco::JSON::Object& object) {
  out << YAML::BeginMap;
  std::vector<std::string> names;
  object.getNames(names);
  for (const std::string& name : names) {
    // Newer agents may have members that we do not know, so names are other people's texts, too.
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    out << YAML::Key;
    if (!plain) out << YAML::DoubleQuoted;
    out << text::valid_utf8(name) << YAML::Value;
    emit(out, object.get(name));
  }
  out << YAML::EndMap;
}

/// As deep as the agent's answer, whose parser has a bound.
void emit(YAML::Emitter& out, const Poco::Dynamic::Var& value) {
  if (value.isEmpty()) {
    out << YAML::Null;
  } else if (value.type() == typeid(Poco::JSON::Object::Ptr)) {
    emit(out, *value.extract<Poco::JSON::Object::Ptr>());
  } else if (value.type() == typeid(Poco::JSON::Array::Ptr)) {
    const auto& array = *value.extract<Poco::JSON::Array::Ptr>();
    out << YAML::BeginSeq;
    for (const Poco::Dynamic::Var& item : array)
      emit(out, item);
    out << YAML::EndSeq;
  } else if (value.isString()) {
    out << YAML::DoubleQuoted << text::valid_utf8(value.toString());
  } else {
    out << value.toString();  // a number, true or false: the same word as in JSON
  }
}

}  // namespace

bool is_document(Format format) noexcept {
  return format == Format::json || format == Format::yaml;
}

std::string render_document(const Poco::JSON::Object& object, Format format) {
  if (format != Format::yaml) return render_json(object);
  YAML::Emitter out;
  out.SetOutputCharset(YAML::EscapeNonAscii);
  emit(out, object);
  return std::string(out.c_str()) + "\n";
}

}  // namespace maintenance::plugin
