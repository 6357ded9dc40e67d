#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/text/timestamp.h"

namespace maintenance::plugin {

using TableRow = std::vector<std::string>;

/// `rows` (the first one is the heading) in kubectl's form: columns three spaces apart, nothing
/// after the last one, "<none>" for an empty cell. Cells are made printable here.
[[nodiscard]] std::string render_table(const std::vector<TableRow>& rows);

/// Empty without one.
[[nodiscard]] std::string time_cell(const std::optional<text::Timestamp>& time);

/// A table that gets more rows while people look at it: columns stay where they are, unless
/// something longer comes.
class GrowingTable {
 public:
  /// The next rows, in render_table's form.
  [[nodiscard]] std::string render(const std::vector<TableRow>& rows);

 private:
  std::vector<std::size_t> widths_;
};

/// Columns that `text` takes on a terminal: its characters, not its bytes.
[[nodiscard]] std::size_t display_columns(const std::string& text) noexcept;

}  // namespace maintenance::plugin
