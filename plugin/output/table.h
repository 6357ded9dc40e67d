#pragma once

#include <string>
#include <vector>

namespace maintenance::plugin {

using TableRow = std::vector<std::string>;

/// `rows` (the first one is the heading) in kubectl's form: columns three spaces apart, nothing
/// after the last one, "<none>" for an empty cell. Cells are made printable here.
[[nodiscard]] std::string render_table(const std::vector<TableRow>& rows);

/// Columns that `text` takes on a terminal: its characters, not its bytes.
[[nodiscard]] std::size_t display_columns(const std::string& text) noexcept;

}  // namespace maintenance::plugin
