#pragma once

#include <string>
#include <vector>

namespace maintenance::plugin {

/// A change of a text by whole lines, so that everything else stays as somebody has written it.
struct Edit {
  int line = 0;     ///< the first line that goes, or the one to insert before; counted from 1
  int removed = 0;  ///< how many lines go
  std::vector<std::string> added = {};
  friend bool operator==(const Edit&, const Edit&) = default;
};

[[nodiscard]] std::vector<std::string> split_lines(const std::string& text);
/// The text with the edits made, which do not overlap. Edits of one line are made in their order.
[[nodiscard]] std::string apply_edits(const std::string& text, std::vector<Edit> edits);
/// The same as a unified diff with three lines around each change; empty without edits.
[[nodiscard]] std::string render_diff(const std::string& file, const std::string& text,
                                      std::vector<Edit> edits);

}  // namespace maintenance::plugin
