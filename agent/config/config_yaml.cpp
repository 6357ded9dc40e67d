#include "agent/config/config_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "common/text/printable.h"
#include "common/text/utf8.h"

namespace maintenance::agent {
namespace {

/// Of a key in a message.
constexpr std::size_t shown_key_bytes_max = 100;

std::string shown(const std::string& key) {
  return text::printable(key, shown_key_bytes_max);
}

/// Ends yaml-cpp's parser from inside a callback; never leaves parse_config_yaml.
class Refused : public std::runtime_error {
 public:
  Refused(std::size_t line, const std::string& why) : std::runtime_error(why), line_(line) {}
  [[nodiscard]] std::size_t line() const noexcept { return line_; }

 private:
  std::size_t line_;
};

std::size_t line_of(const YAML::Mark& mark) {
  return mark.line < 0 ? 0 : static_cast<std::size_t>(mark.line) + 1;
}

/// Turns yaml-cpp's events into entries as they come: no tree is ever built, so there is nothing
/// that could explode or has to be freed.
class Collector final : public YAML::EventHandler {
 public:
  [[nodiscard]] std::vector<ConfigEntry> take() { return std::move(entries_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw Refused(line_of(mark), "a second document; only one is read");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, anchor, "?");
    on_node(mark, ConfigEntry{{}, ConfigEntry::Kind::null, {}, true, 0});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, anchor, tag);
    on_node(mark, ConfigEntry{{}, ConfigEntry::Kind::scalar, value, tag == "?", 0});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { check(mark, 1, "?"); }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, ConfigEntry::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, ConfigEntry::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A map that has begun and not ended.
  struct Open {
    std::string path;
    std::map<std::string, std::size_t> lines;  ///< of its keys so far
    std::optional<std::string> key;            ///< the path of one whose value is awaited
    std::size_t key_line = 0;
  };

  static void check(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
    if (anchor != 0) throw Refused(line_of(mark), "anchors and aliases are not allowed here");
    if (tag != "?" && tag != "!" && !tag.empty()) {
      throw Refused(line_of(mark), "tags are not allowed here: " + shown(tag));
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            ConfigEntry::Kind kind) {
    check(mark, anchor, tag);
    if (maps_.size() + within_list_ >= config_depth_max) {
      throw Refused(line_of(mark), "nested too deeply");
    }
    const std::string path = maps_.empty() ? std::string() : maps_.back().key.value_or("");
    on_node(mark, ConfigEntry{{}, kind, {}, false, 0});
    if (within_list_ > 0 || kind == ConfigEntry::Kind::list) {
      ++within_list_;
    } else {
      maps_.push_back(Open{path, {}, {}, 0});
    }
  }

  void close() {
    if (within_list_ > 0) {
      --within_list_;
    } else {
      maps_.pop_back();
    }
  }

  void on_node(const YAML::Mark& mark, ConfigEntry entry) {
    if (within_list_ > 0) return;
    if (maps_.empty()) {
      const bool fits =
          entry.kind == ConfigEntry::Kind::map || entry.kind == ConfigEntry::Kind::null;
      if (!fits) throw Refused(line_of(mark), "not a map of settings such as \"configMap: NAME\"");
    } else if (!maps_.back().key) {
      on_key(mark, entry);
    } else {
      entry.path = std::move(*maps_.back().key);
      entry.line = maps_.back().key_line;
      maps_.back().key.reset();
      entries_.push_back(std::move(entry));
    }
  }

  void on_key(const YAML::Mark& mark, const ConfigEntry& entry) {
    Open& map = maps_.back();
    const std::size_t line = line_of(mark);
    if (entry.kind != ConfigEntry::Kind::scalar || entry.text.empty()) {
      throw Refused(line, "a key that is not a word");
    }
    if (const auto dot = entry.text.find('.'); dot != std::string::npos) {
      throw Refused(line, shown(entry.text) + ": keys are nested; write \"" +
                              shown(entry.text.substr(0, dot)) + ":\" and below it \"" +
                              shown(entry.text.substr(dot + 1)) + ":\"");
    }
    std::string path = map.path.empty() ? entry.text : map.path + "." + entry.text;
    const auto [first, added] = map.lines.emplace(entry.text, line);
    if (!added) {
      throw Refused(line,
                    shown(path) + ": given twice, first in line " + std::to_string(first->second));
    }
    map.key = std::move(path);
    map.key_line = line;
  }

  std::vector<ConfigEntry> entries_;
  std::vector<Open> maps_;
  std::size_t within_list_ = 0;
  int documents_ = 0;
};

/// The line of the first byte that no text has, or 0: yaml-cpp takes some of them for the end of
/// the file, and reads UTF-16 and UTF-32, which nobody writes by hand.
std::size_t line_of_bad_byte(std::string_view rest) {
  std::size_t line = 1;
  while (!rest.empty()) {
    const std::size_t length = text::utf8_sequence_bytes(rest);
    const auto first = static_cast<unsigned char>(rest.front());
    const bool white = first == '\n' || first == '\r' || first == '\t';
    if (length == 0 || (first < 0x20 && !white) || first == 0x7F) return line;
    if (first == '\n') ++line;
    rest.remove_prefix(length);
  }
  return 0;
}

/// yaml-cpp 0.7 takes the end of the file for the missing end of a quoted text; an end of the
/// document makes it complain.
constexpr std::string_view document_end = "\n...\n";

}  // namespace

std::string file_place(const std::string& name, std::size_t line) {
  const std::string file = "file " + text::printable(name);
  return line == 0 ? file : file + ", line " + std::to_string(line);
}

Result<std::vector<ConfigEntry>> parse_config_yaml(const std::string& text,
                                                   const std::string& name) {
  if (const std::size_t line = line_of_bad_byte(text); line != 0) {
    return Error{ErrorKind::invalid, file_place(name, line),
                 "not a text in UTF-8, or with control characters"};
  }
  try {
    std::istringstream in(text + std::string(document_end));
    YAML::Parser parser(in);
    Collector collector;
    while (parser.HandleNextDocument(collector)) {  // the second one throws
    }
    return collector.take();
  } catch (const Refused& refused) {
    return Error{ErrorKind::invalid, file_place(name, refused.line()), refused.what()};
  } catch (const YAML::Exception& failure) {
    const bool quote = failure.msg == YAML::ErrorMsg::DOC_IN_SCALAR;
    return Error{
        ErrorKind::invalid, file_place(name, line_of(failure.mark)),
        "not YAML: " + (quote ? "a text in quotes has no end" : text::printable(failure.msg, 200))};
  } catch (const std::exception& failure) {
    return Error{ErrorKind::invalid, file_place(name, 0),
                 "not YAML: " + text::printable(failure.what(), 200)};
  }
}

}  // namespace maintenance::agent
