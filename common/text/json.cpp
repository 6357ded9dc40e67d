#include "common/text/json.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

#include <set>
#include <sstream>
#include <stdexcept>

#include "common/text/printable.h"
#include "common/text/utf8.h"

namespace maintenance::text {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::string text_of(const Poco::Dynamic::Var& value) {
  return value.isString() ? value.extract<std::string>() : std::string();
}

template <class T>
std::string stringify(const T& value) {
  std::ostringstream out;
  value.stringify(out);
  return valid_utf8(out.str());
}

/// What a JSON text says twice.
struct GivenTwice : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Of members with the same name Poco takes the last one, others the first one (RFC 8259, section
/// 4, leaves it open). What a proxy has looked at must not be another wish than the one we read.
class EachNameOnce final : public Poco::JSON::ParseHandler {
 public:
  void reset() override {
    names_.clear();
    ParseHandler::reset();
  }
  void startObject() override {
    names_.emplace_back();
    ParseHandler::startObject();
  }
  void endObject() override {
    names_.pop_back();
    ParseHandler::endObject();
  }
  void key(const std::string& name) override {
    if (!names_.back().insert(name).second) throw GivenTwice(name);
    ParseHandler::key(name);
  }

 private:
  std::vector<std::set<std::string>> names_;  ///< of each open object
};

}  // namespace

Result<Object::Ptr> parse_json_object(std::string_view raw, std::string_view doing) {
  return parse_json_object(std::string(raw), doing, new EachNameOnce);
}

Result<Object::Ptr> parse_json_object(const std::string& raw, std::string_view doing,
                                      const Poco::JSON::Handler::Ptr& handler) {
  try {
    Poco::JSON::Parser parser(handler);
    const Poco::Dynamic::Var value = parser.parse(raw);
    if (value.type() != typeid(Object::Ptr)) {
      return Error{ErrorKind::protocol, std::string(doing), "expected a JSON object"};
    }
    return value.extract<Object::Ptr>();
  } catch (const GivenTwice& failure) {
    return Error{ErrorKind::protocol, std::string(doing),
                 quoted(failure.what()) + " is given twice"};
  } catch (const Poco::Exception& failure) {
    return Error{ErrorKind::protocol, std::string(doing),
                 "not JSON: " + printable(failure.displayText(), 200)};
  } catch (const std::exception&) {  // Poco lets some std exceptions through (bad numbers)
    return Error{ErrorKind::protocol, std::string(doing), "not JSON"};
  }
}

std::string to_json(const Object& object) {
  return stringify(object);
}
std::string to_json(const Array& array) {
  return stringify(array);
}

bool JsonView::has(const std::string& key) const {
  return object_ && object_->has(key) && !object_->isNull(key);
}

std::string JsonView::text(const std::string& key) const {
  return has(key) ? text_of(object_->get(key)) : std::string();
}

bool JsonView::flag(const std::string& key) const {
  if (!has(key)) return false;
  const Poco::Dynamic::Var value = object_->get(key);
  return value.isBoolean() && value.extract<bool>();
}

std::int64_t JsonView::number(const std::string& key, std::int64_t fallback) const {
  if (!has(key)) return fallback;
  const Poco::Dynamic::Var value = object_->get(key);
  if (!value.isInteger() || value.isBoolean()) return fallback;
  try {
    return value.convert<Poco::Int64>();
  } catch (const Poco::Exception&) {
    return fallback;
  }
}

JsonView JsonView::object(const std::string& key) const {
  return JsonView(object_ && object_->isObject(key) ? object_->getObject(key) : nullptr);
}

std::vector<JsonView> JsonView::objects(const std::string& key) const {
  std::vector<JsonView> out;
  if (!object_ || !object_->isArray(key)) return out;
  const Array::Ptr array = object_->getArray(key);
  for (unsigned i = 0; array && i < array->size(); ++i) {
    if (array->isObject(i)) out.emplace_back(array->getObject(i));
  }
  return out;
}

std::vector<std::string> JsonView::texts(const std::string& key) const {
  std::vector<std::string> out;
  if (!object_ || !object_->isArray(key)) return out;
  const Array::Ptr array = object_->getArray(key);
  for (unsigned i = 0; array && i < array->size(); ++i) {
    if (array->get(i).isString()) out.push_back(text_of(array->get(i)));
  }
  return out;
}

std::map<std::string, std::string> JsonView::text_map(const std::string& key) const {
  std::map<std::string, std::string> out;
  const JsonView member = object(key);
  if (!member.object_) return out;
  for (const auto& [name, value] : *member.object_) {
    if (value.isString()) out.emplace(name, text_of(value));
  }
  return out;
}

}  // namespace maintenance::text
