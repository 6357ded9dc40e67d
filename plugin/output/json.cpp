#include "plugin/output/json.h"

#include <Poco/JSON/Stringifier.h>

#include <sstream>

namespace maintenance::plugin {
namespace {

constexpr unsigned indent = 4;

}  // namespace

std::string render_json(const Poco::JSON::Object& object) {
  Poco::JSON::Object copy(object);
  copy.setEscapeUnicode(true);
  std::ostringstream out;
  copy.stringify(out, indent);
  out << '\n';
  return out.str();
}

}  // namespace maintenance::plugin
