#pragma once

#include <Poco/JSON/Object.h>

#include <string>

namespace maintenance::plugin {

/// `object` indented as kubectl does it, pure ASCII: what is not, including every control
/// character that somebody may have put into a reason, is written as \uXXXX.
[[nodiscard]] std::string render_json(const Poco::JSON::Object& object);

}  // namespace maintenance::plugin
