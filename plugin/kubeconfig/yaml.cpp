#include "plugin/kubeconfig/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "common/text/printable.h"

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
  [[nodiscard]] YamlValue take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t anchor) override {
    finish(YamlValue{}, anchor, 1);
  }
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlValue scalar;
    scalar.kind = YamlValue::Kind::scalar;
    scalar.scalar = value;
    finish(std::move(scalar), anchor, 1);
  }
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused("an alias refers to itself");
    const std::size_t values = found->second.second;
    spend(values);  // before the copy is made
    finish(YamlValue(found->second.first), 0, values, true);
  }
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) override {
    open(YamlValue::Kind::list, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(YamlValue::Kind::map, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlValue value;
    YAML::anchor_t anchor = 0;
    std::size_t values = 1;
    std::optional<std::string> key;  ///< of a map, while its value is awaited
  };

  void spend(std::size_t values) {
    spent_ += values;
    if (spent_ > yaml_values_max) throw Refused("it has too many values");
  }

  void open(YamlValue::Kind kind, YAML::anchor_t anchor) {
    if (open_.size() >= yaml_depth_max) throw Refused("it is nested too deeply");
    spend(1);
    Open next;
    next.value.kind = kind;
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
    } else {
      parent.value.members.push_back(YamlMember{std::move(*parent.key), std::move(value)});
      parent.key.reset();
    }
  }

  YamlValue root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::pair<YamlValue, std::size_t>> anchors_;
  std::size_t spent_ = 0;
};

}  // namespace

const YamlValue* YamlValue::find(std::string_view key) const noexcept {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

Result<YamlValue> parse_yaml(const std::string& text, const std::string& doing) {
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    Builder builder;
    parser.HandleNextDocument(builder);
    return builder.take();
  } catch (const YAML::Exception& failure) {
    return Error{ErrorKind::invalid, doing,
                 "not YAML: line " + std::to_string(failure.mark.line + 1) + ": " +
                     text::printable(failure.msg, 200)};
  } catch (const std::exception& failure) {
    return Error{ErrorKind::invalid, doing, text::printable(failure.what(), 200)};
  }
}

}  // namespace maintenance::plugin
