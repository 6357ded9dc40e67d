#include "plugin/output/table.h"

#include <algorithm>
#include <cstdint>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

constexpr std::size_t gap_columns = 3;
/// One cell must not push the others off the screen; -o json has the whole text.
constexpr std::size_t cell_bytes_max = 200;

std::vector<TableRow> printable_rows(const std::vector<TableRow>& rows) {
  std::vector<TableRow> out;
  for (const TableRow& row : rows) {
    TableRow cells;
    for (const std::string& cell : row) {
      cells.push_back(cell.empty() ? "<none>" : text::printable(cell, cell_bytes_max));
    }
    out.push_back(std::move(cells));
  }
  return out;
}

}  // namespace

std::size_t display_columns(const std::string& text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;  // continuation bytes take none
  }));
}

std::string render_table(const std::vector<TableRow>& rows) {
  return GrowingTable().render(rows);
}

std::string time_cell(const std::optional<text::Timestamp>& time) {
  return time ? text::format_timestamp(*time) : "";
}

std::string GrowingTable::render(const std::vector<TableRow>& raw_rows) {
  const std::vector<TableRow> rows = printable_rows(raw_rows);
  std::vector<std::size_t>& widths = widths_;
  for (const TableRow& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_columns(row[i]));
    }
  }
  std::string out;
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 == row.size()) break;
      out.append(widths[i] - display_columns(row[i]) + gap_columns, ' ');
    }
    out += '\n';
  }
  return out;
}

}  // namespace maintenance::plugin
