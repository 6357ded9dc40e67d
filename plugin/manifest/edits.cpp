#include "plugin/manifest/edits.h"

#include <algorithm>
#include <sstream>

namespace maintenance::plugin {
namespace {

constexpr int context_lines = 3;

void sort_edits(std::vector<Edit>& edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.line < b.line; });
}

/// "-3,2": where a hunk lies, and how many lines it has.
std::string range(char sign, int first, int count) {
  return sign + std::to_string(count == 0 ? first - 1 : first) + "," + std::to_string(count);
}

/// One group of edits that lie close together, with its surroundings.
class Hunk {
 public:
  Hunk(const std::vector<std::string>& lines, int first)
      : lines_(lines), first_(first), at_(first) {}

  void keep_until(int line) {
    for (; at_ < line && at_ <= static_cast<int>(lines_.size()); ++at_)
      add(' ', lines_[static_cast<std::size_t>(at_) - 1]);
  }
  void make(const Edit& edit) {
    keep_until(edit.line);
    for (int i = 0; i < edit.removed; ++i, ++at_)
      add('-', lines_[static_cast<std::size_t>(at_) - 1]);
    for (const std::string& line : edit.added)
      add('+', line);
  }
  /// `shift`: how many lines the text has grown before this hunk.
  [[nodiscard]] std::string render(int shift) const {
    return "@@ " + range('-', first_, before_) + " " + range('+', first_ + shift, after_) +
           " @@\n" + body_;
  }
  [[nodiscard]] int at() const noexcept { return at_; }
  [[nodiscard]] int growth() const noexcept { return after_ - before_; }

 private:
  void add(char sign, const std::string& line) {
    body_ += sign + line + "\n";
    before_ += sign != '+' ? 1 : 0;
    after_ += sign != '-' ? 1 : 0;
  }

  const std::vector<std::string>& lines_;
  int first_;
  int at_;
  int before_ = 0;
  int after_ = 0;
  std::string body_;
};

}  // namespace

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

std::string apply_edits(const std::string& text, std::vector<Edit> edits) {
  sort_edits(edits);
  const std::vector<std::string> lines = split_lines(text);
  std::string out;
  int at = 1;
  const auto keep_until = [&](int line) {
    for (; at < line && at <= static_cast<int>(lines.size()); ++at)
      out += lines[static_cast<std::size_t>(at) - 1] + "\n";
  };
  for (const Edit& edit : edits) {
    keep_until(edit.line);
    at += edit.removed;
    for (const std::string& line : edit.added)
      out += line + "\n";
  }
  keep_until(static_cast<int>(lines.size()) + 1);
  return out;
}

std::string render_diff(const std::string& file, const std::string& text, std::vector<Edit> edits) {
  if (edits.empty()) return "";
  sort_edits(edits);
  const std::vector<std::string> lines = split_lines(text);
  std::string out = "--- " + file + "\n+++ " + file + "\n";
  int shift = 0;
  for (std::size_t i = 0; i < edits.size();) {
    Hunk hunk(lines, std::max(1, edits[i].line - context_lines));
    do {
      hunk.make(edits[i++]);
    } while (i < edits.size() && edits[i].line - hunk.at() <= 2 * context_lines);
    hunk.keep_until(hunk.at() + context_lines);
    out += hunk.render(shift);
    shift += hunk.growth();
  }
  return out;
}

}  // namespace maintenance::plugin
