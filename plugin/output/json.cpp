#include "plugin/output/json.h"

#include <Poco/JSON/Stringifier.h>

#include <algorithm>
#include <sstream>

namespace maintenance::plugin {
namespace {

constexpr unsigned indent = 4;

/// Where the next character that is no blank lies.
std::size_t after_blanks(const std::string& json, std::size_t from) {
  return std::min(json.find_first_not_of(" \n", from), json.size());
}

/// Poco writes "\/" for every slash, and breaks the line within lists that have nothing in them.
std::string tidy(const std::string& json) {
  std::string out;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text && c == '\\' && i + 1 < json.size()) {
      const char escaped = json[++i];
      if (escaped != '/') out += c;
      out += escaped;
      continue;
    }
    if (c == '"') in_text = !in_text;
    out += c;
    if (in_text || (c != '[' && c != '{')) continue;
    const std::size_t next = after_blanks(json, i + 1);
    if (next < json.size() && (json[next] == ']' || json[next] == '}')) i = next - 1;
  }
  return out;
}

}  // namespace

std::string render_json(const Poco::JSON::Object& object) {
  Poco::JSON::Object copy(object);
  copy.setEscapeUnicode(true);
  std::ostringstream out;
  copy.stringify(out, indent);
  return tidy(out.str()) + "\n";
}

}  // namespace maintenance::plugin
