#include "common/text/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace maintenance::text {
namespace {

/// Longer texts are no mistyped names, and the comparison is quadratic.
constexpr std::size_t compared_bytes_max = 64;

/// What stays when only the letters count: "config_map" and "configMap" are the same.
std::string letters_of(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == '.') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

}  // namespace

std::string_view nearest(std::string_view wrong, std::span<const std::string_view> known) {
  if (wrong.size() > compared_bytes_max) return {};
  const std::string letters = letters_of(wrong);
  std::string_view best;
  std::size_t least = letters.size();
  for (const std::string_view name : known) {
    const std::string other = letters_of(name);
    const std::size_t changes = distance(letters, other);
    if (changes >= least || changes > std::max<std::size_t>(1, other.size() / 3)) continue;
    best = name;
    least = changes;
  }
  return best;
}

}  // namespace maintenance::text
