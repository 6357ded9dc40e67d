#include "plugin/commands/consent.h"

#include <algorithm>

#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/output/confirmation.h"

namespace maintenance::plugin {
namespace {

bool is_hard(const Finding& finding) {
  return finding.refuses && finding.kind != GuardKind::soft;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names)
    out += (out.empty() ? "" : ", ") + text::printable(name);
  return out;
}

}  // namespace

std::string Consent::whole() const {
  if (!is_dc()) return "everything that is in maintenance";
  return "the whole datacenter " + text::quoted(options_.targets.names.front());
}

std::optional<ExitCode> Consent::possible() const {
  if (!is_whole() || options_.yes || options_.dry_run || can_ask()) return std::nullopt;
  around_.io.err << "error: changing " << whole()
                 << " needs --yes where there is no terminal to ask on\n";
  return ExitCode::usage;
}

std::optional<ExitCode> Consent::end_with(const Error& error) {
  print_error(around_.io.err, error);
  return exit_code_of(error.kind);
}

std::optional<ExitCode> Consent::ask(const Concerns& concerns, const std::string& question) {
  for (const std::string& line : concerns.lines)
    print_warning(around_.io.err, line);
  if (auto agreed = confirm(around_.io, question); !agreed) return end_with(agreed.error());
  return std::nullopt;
}

/// What cannot be overridden, or goes wrong, is said by the real request; only a datacenter must
/// not be changed after all because it has become possible meanwhile.
std::optional<ExitCode> Consent::to_enable(EnableWish& wish) {
  if (options_.yes || !can_ask()) return std::nullopt;
  Concerns concerns;
  for (const std::string& name : options_.targets.names) {
    const Target target{options_.targets.kind, name};
    const std::string shown = target_name(target.kind, name);
    const auto judged = agent_.enable(target, wish, Effect::dry_run);
    if (!judged) {
      if (is_dc()) return end_with(Error{judged.error().kind, shown, judged.error().message()});
      continue;
    }
    const auto& findings = judged->verdict.findings;
    if (std::any_of(findings.begin(), findings.end(), is_hard)) {
      if (is_dc()) {
        return end_with(Error{ErrorKind::policy, shown, describe_refusal(judged->verdict)});
      }
      continue;
    }
    for (const Finding& finding : findings) {
      if (!finding.refuses) continue;
      concerns.lines.push_back(shown + ": " + text::printable(finding.message) + " [" +
                               text::printable(finding.guard) + "]");
      auto& guards = concerns.guards;
      if (std::find(guards.begin(), guards.end(), finding.guard) == guards.end()) {
        guards.push_back(finding.guard);
      }
    }
  }
  if (!is_dc() && concerns.guards.empty()) return std::nullopt;
  std::string question;
  if (is_dc()) {
    question = "All replicas of datacenter " + text::quoted(options_.targets.names.front()) +
               " will be restarted and held at once. ";
  }
  if (!concerns.guards.empty()) question += "This overrides " + joined(concerns.guards) + ". ";
  if (const auto end = ask(concerns, question + "Continue?")) return end;
  wish.overrides.insert(wish.overrides.end(), concerns.guards.begin(), concerns.guards.end());
  return std::nullopt;
}

/// The pods whose records the command would end.
Result<std::vector<PodReport>> Consent::pods_concerned() {
  std::vector<PodReport> out;
  if (is_dc()) {
    const auto status = agent_.status(agent_.soon());
    if (!status) return status.error();
    for (const PodReport& pod : status->report.pods) {
      if (pod.dc == options_.targets.names.front()) out.push_back(pod);
    }
    return out;
  }
  for (const std::string& name : options_.targets.names) {
    const auto pod = agent_.pod(name, agent_.soon());
    // What goes wrong with one pod is said by its real request, and stops no other.
    if (pod && *pod) out.push_back(**pod);
  }
  return out;
}

/// "pod/x was put into maintenance by jane (disk check)"; empty when it is nobody else's, as far as
/// both are known.
std::string Consent::foreign_record(const PodReport& pod) {
  if (!pod.record || pod.record->by.empty()) return "";
  if (!caller_) caller_ = around_.link.user_name();
  if (caller_->empty() || *caller_ == pod.record->by) return "";
  std::string out = target_name(TargetKind::pod, pod.name) + " was put into maintenance by " +
                    text::printable(pod.record->by);
  if (!pod.record->reason.empty()) out += " (" + text::printable(pod.record->reason) + ")";
  return out;
}

std::optional<ExitCode> Consent::to_disable() {
  if (options_.yes) return std::nullopt;
  const auto pods = pods_concerned();
  if (!pods) return end_with(pods.error());
  Concerns concerns;
  for (const PodReport& pod : *pods) {
    const std::string line = foreign_record(pod);
    if (!line.empty()) concerns.lines.push_back(line);
  }
  if (!is_whole() && concerns.lines.empty()) return std::nullopt;
  if (!can_ask()) {
    for (const std::string& line : concerns.lines)
      around_.io.err << "error: " << line << "; add --yes to end it\n";
    return ExitCode::usage;
  }
  std::string what;
  if (is_dc()) {
    what = "All replicas of datacenter " + text::quoted(options_.targets.names.front()) +
           " will leave maintenance. ";
  } else if (options_.targets.all) {
    what = "These will leave maintenance: " + joined(options_.targets.names) + ". ";
  }
  return ask(concerns, what + "Continue?");
}

}  // namespace maintenance::plugin
