#include "common/maintenance/verdict.h"

#include <algorithm>

namespace maintenance {

bool Verdict::refuses() const noexcept {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.refuses; });
}

std::string Verdict::summary() const {
  std::string out;
  for (const Finding& finding : findings) {
    if (!finding.refuses) continue;
    if (!out.empty()) out += " ";
    out += finding.message + " [" + finding.guard + "].";
    if (!finding.remedy.empty()) out += " " + finding.remedy;
  }
  return out;
}

std::string_view to_string(GuardKind kind) noexcept {
  switch (kind) {
    case GuardKind::hard:
      return "hard";
    case GuardKind::soft:
      return "soft";
    case GuardKind::warning:
      return "warning";
  }
  return "hard";
}

Poco::JSON::Array::Ptr verdict_to_json(const Verdict& verdict) {
  Poco::JSON::Array::Ptr out = new Poco::JSON::Array;
  for (const Finding& finding : verdict.findings) {
    Poco::JSON::Array::Ptr blockers = new Poco::JSON::Array;
    for (const std::string& blocker : finding.blockers)
      blockers->add(blocker);
    Poco::JSON::Object::Ptr entry = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
    entry->set("guard", finding.guard);
    entry->set("kind", std::string(to_string(finding.kind)));
    entry->set("refuses", finding.refuses);
    entry->set("message", finding.message);
    entry->set("blockers", blockers);
    entry->set("remedy", finding.remedy);
    out->add(entry);
  }
  return out;
}

Verdict verdict_from_json(const std::vector<text::JsonView>& findings) {
  Verdict verdict;
  for (const text::JsonView& entry : findings) {
    const std::string kind = entry.text("kind");
    verdict.findings.push_back(Finding{entry.text("guard"),
                                       kind == "soft"      ? GuardKind::soft
                                       : kind == "warning" ? GuardKind::warning
                                                           : GuardKind::hard,
                                       !entry.has("refuses") || entry.flag("refuses"),
                                       entry.text("message"), entry.texts("blockers"),
                                       entry.text("remedy")});
  }
  return verdict;
}

}  // namespace maintenance
