#include "plugin/manifest/findings.h"

#include <algorithm>

#include "common/text/printable.h"

namespace maintenance::plugin {

const char* to_string(Severity severity) noexcept {
  return severity == Severity::error ? "error" : "warning";
}

bool LintReport::has_errors() const noexcept {
  return std::any_of(findings.begin(), findings.end(), [](const LintFinding& finding) {
    return finding.severity == Severity::error;
  });
}

std::string render_finding(const std::string& file, const LintFinding& finding) {
  return text::printable(file) + ":" + std::to_string(finding.line) + ": " +
         to_string(finding.severity) + ": " + text::printable(finding.object) + ": " +
         text::printable(finding.message) + " [" + finding.rule +
         "]\n  next: " + text::printable(finding.remedy) + "\n";
}

}  // namespace maintenance::plugin
