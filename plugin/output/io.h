#pragma once

#include <istream>
#include <ostream>

#include "plugin/output/terminal.h"

namespace maintenance::plugin {

/// The streams that a command talks through: data to `out`, everything else to `err`. Borrowed
/// from main or a test.
struct Io {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  const Terminal& terminal;
};

}  // namespace maintenance::plugin
