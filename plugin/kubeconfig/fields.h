#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "plugin/yaml/yaml.h"

namespace maintenance::plugin {

/// Reads the fields of one named entry of a kubeconfig by kubectl's rules of types (a number is no
/// text), and remembers the first one that is wrong. Borrows the value; not thread-safe.
class Fields {
 public:
  /// `entry` and `file` go into messages; names of files are relative to the folder of `file`.
  Fields(const YamlValue& body, std::string file, std::string entry)
      : body_(body), file_(std::move(file)), entry_(std::move(entry)) {}

  /// An absent or null field is empty, false, or has no elements.
  [[nodiscard]] std::string text(std::string_view key);
  /// What is encoded, still encoded; wrong when it is no base64.
  [[nodiscard]] std::string base64(std::string_view key);
  [[nodiscard]] bool flag(std::string_view key);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key);
  /// A file name, made relative to the kubeconfig's folder.
  [[nodiscard]] std::string path(std::string_view key);
  /// A program: a bare word is looked up in PATH and stays as it is.
  [[nodiscard]] std::string program(std::string_view key);
  /// The map, or null when it is absent or no map (which is remembered as wrong).
  [[nodiscard]] const YamlValue* map(std::string_view key);
  /// The list's elements, which have to be maps.
  [[nodiscard]] std::vector<const YamlValue*> maps(std::string_view key);

  /// The fields of a map inside this entry, for messages as "exec.command".
  [[nodiscard]] Fields inside(const YamlValue& body, const std::string& name) const;
  void fail(std::string_view key, const std::string& why);
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  /// Takes over what was wrong with a part.
  void take_error(const Fields& part);

 private:
  [[nodiscard]] const YamlValue* present(std::string_view key) const;
  [[nodiscard]] std::string text_of(const YamlValue& value, std::string_view key);
  [[nodiscard]] std::string beside_file(const std::string& name) const;

  const YamlValue& body_;
  std::string file_;
  std::string entry_;
  std::string prefix_;
  std::optional<Error> error_;
};

}  // namespace maintenance::plugin
