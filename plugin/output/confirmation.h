#pragma once

#include <string>

#include "common/result.h"
#include "plugin/output/io.h"

namespace maintenance::plugin {

/// Asks `question` on stderr and reads one line from stdin. Only "y" and "yes" are consent; the
/// end of the input is not. Anything else fails, with `invalid`.
[[nodiscard]] Result<void> confirm(Io& io, const std::string& question);

}  // namespace maintenance::plugin
