#include "agent/server/telling.h"

namespace maintenance::agent {
namespace {

std::string because(const Intent& intent) {
  std::string out = intent.by.empty() ? "" : " by " + intent.by;
  if (!intent.reason.empty()) out += ": " + intent.reason;
  return out;
}

/// The same refusal within some minutes is the same happening.
std::string refusal_key(const Verdict& verdict, text::Timestamp now) {
  std::string key;
  for (const Finding& finding : verdict.findings) {
    if (finding.refuses) key += finding.guard + "/";
  }
  return key + std::to_string(now.time_since_epoch() / refusal_told_again_after);
}

Happening refusal_of(const Target& target, const Intent& intent, const Outcome& outcome,
                     const std::string& config_map, text::Timestamp now) {
  Happening out;
  out.kind = HappeningKind::refused;
  out.key = refusal_key(outcome.verdict, now);
  out.uid = outcome.uid;
  const bool about_pod = !target.whole_dc && !outcome.uid.empty();
  out.pod = about_pod ? target.name : config_map;
  if (!about_pod) out.object_kind = "ConfigMap";
  out.note = "maintenance of " + std::string(target.whole_dc ? "dc " : "pod ") + target.name +
             " was refused" + because(intent) + "; " + outcome.verdict.summary();
  return out;
}

}  // namespace

std::vector<Happening> happenings_of(Direction direction, const Target& target,
                                     const Intent& intent, const Outcome& outcome,
                                     const std::string& config_map, text::Timestamp now) {
  if (intent.dry_run) return {};
  if (outcome.verdict.refuses()) return {refusal_of(target, intent, outcome, config_map, now)};
  std::vector<Happening> out;
  for (const PodOutcome& pod : outcome.pods) {
    const bool failed = pod.failure.has_value();
    if (!pod.changed && !failed) continue;
    Happening one{HappeningKind::leaving, pod.pod, pod.uid, intent.id, ""};
    if (direction == Direction::leave) {
      one.note = "taken out of maintenance" + because(intent);
    } else if (failed) {
      one.kind = HappeningKind::failed;
      one.note = "could not be put into maintenance" + because(intent) + "; " + pod.explanation();
    } else {
      one.kind = HappeningKind::entering;
      one.note = "put into maintenance" + because(intent) + "; it restarts into its gate";
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace maintenance::agent
