#pragma once

#include <Poco/JSON/Object.h>

#include <string>

#include "plugin/cli/command.h"

namespace maintenance::plugin {

/// True for the formats that programs read whole: json and yaml.
[[nodiscard]] bool is_document(Format format) noexcept;

/// `object` as json or as yaml, ASCII both, whatever bytes its texts have. In yaml every text is
/// quoted, so that none is taken for a number or for true.
[[nodiscard]] std::string render_document(const Poco::JSON::Object& object, Format format);

}  // namespace maintenance::plugin
