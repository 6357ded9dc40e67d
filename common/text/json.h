#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace maintenance::text {

/// Parses one JSON object; anything else, trailing text, or a name that is given twice in one
/// object, fails with ErrorKind::protocol. `doing` goes into the error.
[[nodiscard]] Result<Poco::JSON::Object::Ptr> parse_json_object(std::string_view raw,
                                                                std::string_view doing);
/// Parses one JSON object into what `handler` makes of it while it is read; whether a name may be
/// given twice is for the handler to say. A text of many megabytes is not copied.
[[nodiscard]] Result<Poco::JSON::Object::Ptr> parse_json_object(
    const std::string& raw, std::string_view doing, const Poco::JSON::Handler::Ptr& handler);

/// `object` on one line, valid UTF-8 whatever bytes its texts have.
[[nodiscard]] std::string to_json(const Poco::JSON::Object& object);
[[nodiscard]] std::string to_json(const Poco::JSON::Array& array);

/// A forgiving reader of a parsed object: a member that is missing, null or of another type reads
/// as empty, because other people's objects grow and shrink. Never throws. Cheap to copy; keeps
/// its object alive.
class JsonView {
 public:
  explicit JsonView(Poco::JSON::Object::Ptr object) : object_(std::move(object)) {}

  [[nodiscard]] bool has(const std::string& key) const;
  [[nodiscard]] std::string text(const std::string& key) const;
  [[nodiscard]] bool flag(const std::string& key) const;
  [[nodiscard]] std::int64_t number(const std::string& key, std::int64_t fallback = 0) const;
  /// The member object, or an empty view.
  [[nodiscard]] JsonView object(const std::string& key) const;
  /// The objects of the member array; elements that are no objects are left out.
  [[nodiscard]] std::vector<JsonView> objects(const std::string& key) const;
  /// The texts of the member array.
  [[nodiscard]] std::vector<std::string> texts(const std::string& key) const;
  /// The member object's text members: labels, annotations, data.
  [[nodiscard]] std::map<std::string, std::string> text_map(const std::string& key) const;
  [[nodiscard]] const Poco::JSON::Object::Ptr& raw() const noexcept { return object_; }

 private:
  Poco::JSON::Object::Ptr object_;  ///< may be null: an absent object
};

}  // namespace maintenance::text
