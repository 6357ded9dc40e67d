#include "plugin/yaml/yaml.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Stringifier.h>
#include <Poco/NumberParser.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "common/text/printable.h"
#include "common/text/utf8.h"

namespace maintenance::plugin {
namespace {

/// Ends yaml-cpp's parser from inside a callback; never leaves parse_yaml.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Builds our own values from yaml-cpp's events: its node graph has no budget for aliases.
class Builder final : public YAML::EventHandler {
 public:
  /// `spent` values were made before: the budget is for all documents of a text.
  explicit Builder(std::size_t spent = 0) : spent_(spent) {}
  [[nodiscard]] YamlValue take() { return std::move(root_); }
  [[nodiscard]] std::size_t spent() const noexcept { return spent_; }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlValue nothing;
    nothing.line = mark.line + 1;
    nothing.column = mark.column;
    finish(std::move(nothing), anchor, 1);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlValue scalar;
    scalar.plain = tag == "?";  // yaml-cpp's mark for "nobody has said"
    scalar.kind = YamlValue::Kind::scalar;
    scalar.scalar = value;
    scalar.line = mark.line + 1;
    scalar.column = mark.column;
    finish(std::move(scalar), anchor, 1);
  }
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused("an alias refers to itself");
    const std::size_t values = found->second.second;
    spend(values);  // before the copy is made
    finish(YamlValue(found->second.first), 0, values, true);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(YamlValue::Kind::list, anchor, mark, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(YamlValue::Kind::map, anchor, mark, style);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlValue value;
    YAML::anchor_t anchor = 0;
    std::size_t values = 1;
    std::optional<std::string> key;  ///< of a map, while its value is awaited
    int key_line = 0;
    int key_column = 0;
  };

  void spend(std::size_t values) {
    spent_ += values;
    if (spent_ > yaml_values_max) throw Refused("it has too many values");
  }

  void open(YamlValue::Kind kind, YAML::anchor_t anchor, const YAML::Mark& mark,
            YAML::EmitterStyle::value style) {
    if (open_.size() >= yaml_depth_max) throw Refused("it is nested too deeply");
    spend(1);
    Open next;
    next.value.kind = kind;
    next.value.flow = style == YAML::EmitterStyle::Flow;
    next.value.line = mark.line + 1;
    next.value.column = mark.column;
    next.anchor = anchor;
    open_.push_back(std::move(next));
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    finish(std::move(done.value), done.anchor, done.values, true);
  }

  void finish(YamlValue value, YAML::anchor_t anchor, std::size_t values, bool paid = false) {
    if (!paid) spend(values);
    if (anchor != 0) anchors_[anchor] = {value, values};
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = open_.back();
    parent.values += values;
    if (parent.value.kind == YamlValue::Kind::list) {
      parent.value.items.push_back(std::move(value));
    } else if (!parent.key) {
      if (value.kind != YamlValue::Kind::scalar) throw Refused("a key is not a text");
      parent.key = std::move(value.scalar);
      parent.key_line = value.line;
      parent.key_column = value.column;
    } else {
      parent.value.members.push_back(
          YamlMember{std::move(*parent.key), std::move(value), parent.key_line, parent.key_column});
      parent.key.reset();
    }
  }

  YamlValue root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::pair<YamlValue, std::size_t>> anchors_;
  std::size_t spent_;
};

/// yaml-cpp 0.7 takes the end of the file for the missing end of a quoted text; an end of the
/// document makes it complain.
constexpr std::string_view document_end = "\n...\n";

/// Windows' editors write it; yaml-cpp reads it.
bool is_utf16(const std::string& text) {
  return text.rfind("\xFF\xFE", 0) == 0 || text.rfind("\xFE\xFF", 0) == 0;
}

constexpr std::array<std::string_view, 11> truths{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                  "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> lies{"n",     "N",     "no",  "No",  "NO", "false",
                                                "False", "FALSE", "off", "Off", "OFF"};

template <class Number>
bool is_whole(std::string_view text, int base) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, base);
  return !text.empty() && read.ec != std::errc::invalid_argument && read.ptr == end;
}

bool is_number(std::string text) {
  std::erase(text, '_');
  std::string_view rest = text;
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF" || text == ".nan" || text == ".NaN") {
    return true;
  }
  if (rest.empty() || (rest[0] != '.' && (rest[0] < '0' || rest[0] > '9'))) return false;
  if (rest.size() > 2 && rest[0] == '0') {
    const std::string_view digits = rest.substr(2);
    if (rest[1] == 'x') return is_whole<std::uint64_t>(digits, 16);
    if (rest[1] == 'b') return is_whole<std::uint64_t>(digits, 2);
    if (rest[1] == 'o') return is_whole<std::uint64_t>(digits, 8);
  }
  double number = 0;
  const char* const end = rest.data() + rest.size();
  const auto read = std::from_chars(rest.data(), end, number);
  return read.ec != std::errc::invalid_argument && read.ptr == end;
}

Poco::Dynamic::Var to_var(const YamlValue& value) {
  switch (value.kind) {
    case YamlValue::Kind::null:
      return {};
    case YamlValue::Kind::list: {
      Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
      for (const YamlValue& item : value.items)
        list->add(to_var(item));
      return list;
    }
    case YamlValue::Kind::map: {
      Poco::JSON::Object::Ptr map = new Poco::JSON::Object;
      for (const YamlMember& member : value.members)
        map->set(member.key, to_var(member.value));
      return map;
    }
    case YamlValue::Kind::scalar:
      break;
  }
  const ScalarType type = scalar_type(value);
  if (type == ScalarType::boolean) return is_true(value);
  // What is no number to Poco either (0x10, .inf) has no form in JSON, and stays a text.
  Poco::Int64 whole = 0;
  double real = 0;
  if (type == ScalarType::number && Poco::NumberParser::tryParse64(value.scalar, whole)) {
    return whole;
  }
  if (type == ScalarType::number && Poco::NumberParser::tryParseFloat(value.scalar, real)) {
    return real;
  }
  return value.scalar;
}

}  // namespace

const YamlMember* YamlValue::member(std::string_view key) const noexcept {
  const auto found = std::find_if(members.rbegin(), members.rend(),
                                  [&](const YamlMember& member) { return member.key == key; });
  return found == members.rend() ? nullptr : &*found;
}

const YamlValue* YamlValue::find(std::string_view key) const noexcept {
  const YamlMember* found = member(key);
  return found == nullptr ? nullptr : &found->value;
}

ScalarType scalar_type(const YamlValue& scalar) {
  if (!scalar.plain) return ScalarType::text;
  const auto is = [&](std::string_view word) { return scalar.scalar == word; };
  if (std::any_of(truths.begin(), truths.end(), is) || std::any_of(lies.begin(), lies.end(), is)) {
    return ScalarType::boolean;
  }
  return is_number(scalar.scalar) ? ScalarType::number : ScalarType::text;
}

bool is_true(const YamlValue& scalar) {
  return std::find(truths.begin(), truths.end(), scalar.scalar) != truths.end();
}

std::string to_json(const YamlValue& value) {
  std::ostringstream out;
  Poco::JSON::Stringifier::stringify(to_var(value), out, 0, -1, Poco::JSON_WRAP_STRINGS);
  return out.str();
}

namespace {

/// What may stand in a YAML text (YAML 1.2, section 5.1), which kubectl's reader insists on too:
/// yaml-cpp lets everything through, and what we write of it could not be read again.
void require_characters(std::string_view text) {
  int line = 1;
  while (!text.empty()) {
    const std::size_t length = text::utf8_sequence_bytes(text);
    if (length == 0) throw Refused("not YAML: line " + std::to_string(line) + " is not UTF-8");
    const auto byte = static_cast<unsigned char>(text.front());
    const bool control =
        (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
    if (control) {
      throw Refused("not YAML: line " + std::to_string(line) + " has a control character");
    }
    if (byte == '\n') ++line;
    text.remove_prefix(length);
  }
}

/// Calls `read` with a parser for `text`, and turns whatever it throws into an Error.
template <class Out, class Read>
Result<Out> guarded(const std::string& text, const std::string& doing, const Read& read) {
  try {
    if (!is_utf16(text)) require_characters(text);
    std::istringstream in(text + std::string(is_utf16(text) ? "" : document_end));
    YAML::Parser parser(in);
    return read(parser);
  } catch (const YAML::Exception& failure) {
    const bool quote = failure.msg == YAML::ErrorMsg::DOC_IN_SCALAR;
    return Error{ErrorKind::invalid, doing,
                 "not YAML: line " + std::to_string(failure.mark.line + 1) + ": " +
                     (quote ? "a text in quotes has no end" : text::printable(failure.msg, 200))};
  } catch (const std::exception& failure) {
    return Error{ErrorKind::invalid, doing, text::printable(failure.what(), 200)};
  }
}

}  // namespace

Result<YamlValue> parse_yaml(const std::string& text, const std::string& doing) {
  return guarded<YamlValue>(text, doing, [](YAML::Parser& parser) {
    Builder builder;
    parser.HandleNextDocument(builder);
    return builder.take();
  });
}

Result<std::vector<YamlValue>> parse_yaml_documents(const std::string& text,
                                                    const std::string& doing) {
  return guarded<std::vector<YamlValue>>(text, doing, [](YAML::Parser& parser) {
    std::vector<YamlValue> out;
    std::size_t spent = 0;
    for (std::size_t read = 0; parser; ++read) {
      if (read >= yaml_documents_max) throw Refused("it has too many documents");
      Builder builder(spent);
      if (!parser.HandleNextDocument(builder)) break;
      spent = builder.spent();
      YamlValue value = builder.take();
      if (value.kind != YamlValue::Kind::null) out.push_back(std::move(value));
    }
    return out;
  });
}

}  // namespace maintenance::plugin
