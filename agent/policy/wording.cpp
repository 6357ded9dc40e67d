#include "agent/policy/wording.h"

namespace maintenance::agent {

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < names_shown_max; ++i)
    out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > names_shown_max) {
    out += " and " + std::to_string(names.size() - names_shown_max) + " more";
  }
  return out;
}

std::string command_that_releases(const std::vector<std::string>& pods) {
  if (pods.size() > names_shown_max) return "kubectl maintenance disable --all";
  std::string out = "kubectl maintenance disable pod";
  for (const std::string& pod : pods)
    out += " " + pod;
  return out;
}

}  // namespace maintenance::agent
