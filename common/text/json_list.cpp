#include "common/text/json_list.h"

#include <Poco/JSON/ParseHandler.h>

#include <utility>

namespace maintenance::text {
namespace {

using Poco::JSON::Object;

constexpr std::string_view items_key = "items";

/// How many objects and arrays are open around a place in the text.
constexpr int in_list = 1;
constexpr int in_items = 2;
constexpr int in_item = 3;

/// Gets what Poco's parser sees and passes it on to one of two builders, of the item being read or
/// of the list, or to nobody. Owned by its parser.
class ListHandler final : public Poco::JSON::Handler {
 public:
  ListHandler(const Members& wanted, const EachObject& each) : each_(each), item_(wanted) {}

  void reset() override {
    list_.reset();
    item_.reset();
    depth_ = skipped_ = 0;
    skip_next_ = items_next_ = inside_items_ = false;
  }
  void startObject() override {
    if (skips_container()) return;
    if (++depth_ == in_item && inside_items_) item_.reset();
    builder().startObject();
  }
  void endObject() override {
    if (ends_skipped()) return;
    builder().endObject();
    const bool whole_item = inside_items_ && depth_ == in_item;
    --depth_;
    if (!whole_item) return;
    each_(JsonView(item_.asVar().extract<Object::Ptr>()));
    item_.reset();
  }
  void startArray() override {
    if (items_next_) {
      skip_next_ = items_next_ = false;
      inside_items_ = true;
      ++depth_;
      return;
    }
    // An array among the items is no object, and would be taken for one here.
    if (skipped_ == 0 && inside_items_ && depth_ == in_items) skip_next_ = true;
    if (skips_container()) return;
    ++depth_;
    builder().startArray();
  }
  void endArray() override {
    if (ends_skipped()) return;
    if (inside_items_ && depth_ == in_items) {
      inside_items_ = false;
    } else {
      builder().endArray();
    }
    --depth_;
  }
  void key(const std::string& name) override {
    if (skipped_ > 0) return;
    items_next_ = depth_ == in_list && name == items_key;
    skip_next_ = items_next_;
    if (!skip_next_) builder().key(name);
  }
  void null() override {
    if (!skips_value()) builder().null();
  }
  void value(int number) override { pass(number); }
  void value(unsigned number) override { pass(number); }
  void value(Poco::Int64 number) override { pass(number); }
  void value(Poco::UInt64 number) override { pass(number); }
  void value(const std::string& text) override { pass(text); }
  void value(double number) override { pass(number); }
  void value(bool flag) override { pass(flag); }
  [[nodiscard]] Poco::Dynamic::Var asVar() const override { return list_.asVar(); }

 private:
  Poco::JSON::Handler& builder() {
    if (inside_items_) return item_;
    return list_;
  }
  template <class Value>
  void pass(const Value& value) {
    if (!skips_value()) builder().value(value);
  }
  bool skips_value() {
    if (skipped_ > 0) return true;
    items_next_ = false;
    if (inside_items_ && depth_ == in_items) return true;
    return std::exchange(skip_next_, false);
  }
  bool skips_container() {
    items_next_ = false;
    if (skipped_ == 0 && !std::exchange(skip_next_, false)) return false;
    ++skipped_;
    return true;
  }
  bool ends_skipped() {
    if (skipped_ == 0) return false;
    --skipped_;
    return true;
  }

  const EachObject& each_;
  Poco::JSON::ParseHandler list_;
  MemberFilter item_;
  int depth_ = 0;    ///< open objects and arrays, without the skipped ones
  int skipped_ = 0;  ///< open ones since something began that nobody wants
  bool skip_next_ = false;
  bool items_next_ = false;
  bool inside_items_ = false;
};

}  // namespace

Result<JsonView> parse_json_list(const std::string& raw, const Members& wanted,
                                 const EachObject& each, std::string_view doing) {
  const auto object = parse_json_object(raw, doing, new ListHandler(wanted, each));
  if (!object) return object.error();
  return JsonView(*object);
}

}  // namespace maintenance::text
