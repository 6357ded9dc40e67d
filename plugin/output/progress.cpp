#include "plugin/output/progress.h"

#include <cstdint>

#include "common/text/timestamp.h"
#include "plugin/output/table.h"

namespace maintenance::plugin {
namespace {

constexpr const char* to_line_start = "\r";
constexpr const char* erase_to_line_end = "\033[K";

/// `text` cut to `columns` characters, so that a live line never wraps.
std::string fitted(const std::string& text, std::size_t columns) {
  if (display_columns(text) <= columns) return text;
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size() && used + 1 < columns) {
    ++bytes;
    while (bytes < text.size() && (static_cast<std::uint8_t>(text[bytes]) & 0xC0U) == 0x80U)
      ++bytes;  // never half a character
    ++used;
  }
  return text.substr(0, bytes) + "…";
}

}  // namespace

void Progress::update(const std::string& target, const std::string& where) {
  const auto [entry, added] = where_.try_emplace(target, where);
  if (!added && entry->second == where) return;
  entry->second = where;
  if (style_ == ProgressStyle::lines) io_.err << target << ' ' << where << '\n' << std::flush;
}

void Progress::drop(const std::string& target) {
  where_.erase(target);
}

std::string Progress::summary(std::chrono::seconds elapsed) const {
  std::string out;
  if (where_.size() > 1) out = std::to_string(where_.size()) + " pods to go: ";
  bool first = true;
  for (const auto& [target, where] : where_) {
    out += (first ? "" : ", ") + target + " " + where;
    first = false;
  }
  return out + " (" + text::format_age(elapsed) + ")";
}

void Progress::draw(std::chrono::seconds elapsed) {
  if (style_ != ProgressStyle::live || where_.empty()) return;
  const std::size_t columns = io_.terminal.columns();
  // One column stays free: some terminals wrap as soon as the last one is used.
  const std::string line = fitted(summary(elapsed), columns > 1 ? columns - 1 : columns);
  io_.err << to_line_start << line << erase_to_line_end << std::flush;
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  io_.err << to_line_start << erase_to_line_end << std::flush;
  drawn_ = false;
}

ProgressStyle choose_progress(const Terminal& terminal, bool for_program) {
  if (terminal.error_is_live()) return ProgressStyle::live;
  return for_program ? ProgressStyle::silent : ProgressStyle::lines;
}

}  // namespace maintenance::plugin
