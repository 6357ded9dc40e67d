#pragma once

#include <Poco/JSON/Handler.h>
#include <Poco/JSON/ParseHandler.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/text/json.h"

namespace maintenance::text {

/// The members of an object that are wanted, and of each which of its own members; without any
/// names, all of it. Arrays count as their elements. A plain value, written as a table.
struct Members {
  std::map<std::string, Members, std::less<>> names = {};
};

/// Parses one JSON object like parse_json_object(), and builds only what is wanted of it: a parsed
/// object takes some forty times the bytes of its text, and most of a pod is of no use to us.
[[nodiscard]] Result<JsonView> parse_json_members(const std::string& raw, const Members& wanted,
                                                  std::string_view doing);

/// Between Poco's parser and its builder of objects: lets through what is wanted of one object.
/// Borrows the table; owned by whoever parses.
class MemberFilter final : public Poco::JSON::Handler {
 public:
  explicit MemberFilter(const Members& wanted) : wanted_(wanted) {}

  void reset() override;
  void startObject() override;
  void endObject() override;
  void startArray() override;
  void endArray() override;
  void key(const std::string& name) override;
  void null() override;
  void value(int number) override { pass(number); }
  void value(unsigned number) override { pass(number); }
  void value(Poco::Int64 number) override { pass(number); }
  void value(Poco::UInt64 number) override { pass(number); }
  void value(const std::string& text) override { pass(text); }
  void value(double number) override { pass(number); }
  void value(bool flag) override { pass(flag); }
  [[nodiscard]] Poco::Dynamic::Var asVar() const override { return builder_.asVar(); }

 private:
  template <class Value>
  void pass(const Value& value) {
    if (takes_value()) builder_.value(value);
  }
  [[nodiscard]] bool takes_value();
  [[nodiscard]] bool takes_container();
  [[nodiscard]] bool leaves_container();

  const Members& wanted_;
  Poco::JSON::ParseHandler builder_;
  std::vector<const Members*> open_;  ///< what is wanted of each open object and array
  const Members* next_ = nullptr;     ///< of the value that follows; null: not wanted
  int skipped_ = 0;  ///< open objects and arrays since something began that nobody wants
};

}  // namespace maintenance::text
