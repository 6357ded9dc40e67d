#pragma once

#include <cstddef>
#include <memory>

namespace maintenance::plugin {

/// What the process's three streams are connected to; replaceable in tests.
class Terminal {
 public:
  virtual ~Terminal() = default;
  [[nodiscard]] virtual bool input_is_terminal() const = 0;
  /// True when stderr is a terminal that understands "erase to the end of the line".
  [[nodiscard]] virtual bool error_is_live() const = 0;
  /// Columns of the terminal behind stderr.
  [[nodiscard]] virtual std::size_t columns() const = 0;
};

/// The process's own.
[[nodiscard]] std::unique_ptr<Terminal> make_process_terminal();

}  // namespace maintenance::plugin
