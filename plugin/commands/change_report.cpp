#include "plugin/commands/change_report.h"

#include "common/text/duration.h"
#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/hint.h"
#include "plugin/output/document.h"

namespace maintenance::plugin {
namespace {

std::string since_of(const PodReport& report) {
  if (!report.record || !report.record->since) return "";
  return "since " + text::format_timestamp(*report.record->since);
}

std::string pod_target(const std::string& name) {
  return target_name(TargetKind::pod, name);
}

}  // namespace

void print_remarks(Io& io, const std::string& target, const Verdict& verdict) {
  for (const Finding& finding : verdict.findings) {
    if (finding.refuses) continue;
    print_warning(io.err, target + ": " + text::printable(finding.message) + " [" +
                              text::printable(finding.guard) + "]");
  }
}

Error wait_error(Wish wish, const ChangeOptions& options, const WaitEnd& end) {
  const std::string goal = wish == Wish::in ? "be held" : "be back to normal";
  const std::string next = next_command("status", {end.pod}, options.connection);
  if (end.outcome == WaitEnd::Outcome::timed_out) {
    const std::string where = end.last ? describe_place(*end.last) : "unknown";
    return Error{ErrorKind::timeout, "",
                 "timed out after " + text::format_duration(options.timeout) +
                     " waiting for it to " + goal + "; it is " + where + "; see " + next};
  }
  if (end.outcome == WaitEnd::Outcome::reverted) {
    const std::string what = wish == Wish::in ? "taken out of maintenance" : "put into maintenance";
    std::string by = "someone else";
    if (end.last && end.last->record && !end.last->record->by.empty()) {
      by = text::printable(end.last->record->by);
    } else if (end.last && !end.last->released_by.empty()) {
      by = text::printable(end.last->released_by);
    }
    return Error{ErrorKind::conflict, "",
                 "it was " + what + " by " + by + " while we waited; see " + next};
  }
  const Error cause = end.error ? *end.error : Error{ErrorKind::internal, "", "no reason"};
  return Error{cause.kind, "",
               "the wish is recorded, but whether it came true cannot be seen: " + cause.message() +
                   "; see " + next};
}

ChangeReport::ChangeReport(Wish wish, const ChangeOptions& options, Io& io)
    : wish_(wish), options_(options), io_(io) {}

void ChangeReport::failed(const std::string& name, const Error& error) {
  codes_.push_back(exit_code_of(error.kind));
  failures_.push_back(Failure{name, error});
  print_error(io_.err, Error{error.kind, name, error.message()});
}

void ChangeReport::succeeded(const std::string& name, const std::string& line,
                             const std::optional<PodReport>& report) {
  codes_.push_back(ExitCode::done);
  if (report) reports_.push_back(*report);
  if (is_document(options_.format)) return;
  io_.out << (options_.format == Format::name ? name : name + " " + line) << '\n' << std::flush;
}

std::string ChangeReport::reached_line(const PodReport& first, const PodReport& last) const {
  const bool was_so = first.changed == false && first.state == goal_of(wish_);
  if (wish_ == Wish::out) return was_so ? "not in maintenance" : "back to normal";
  const std::string since = since_of(last);
  if (!was_so) return since.empty() ? "held" : "held (" + since + ")";
  return "already in maintenance (held" + (since.empty() ? "" : " " + since) + ")";
}

void ChangeReport::accepted(const PodReport& report) {
  const bool reached = report.state == goal_of(wish_);
  succeeded(pod_target(report.name),
            reached ? reached_line(report, report) : std::string(to_string(report.state)), report);
}

void ChangeReport::rehearsed(const PodReport& report) {
  const bool already = report.changed == false;
  std::string line = already ? "already in maintenance" : "would be put into maintenance";
  if (wish_ == Wish::out) line = already ? "not in maintenance" : "would leave maintenance";
  succeeded(pod_target(report.name), line + " (server dry run)", report);
}

void ChangeReport::ended(const PodReport& first, const WaitEnd& end) {
  const std::string name = pod_target(end.pod);
  switch (end.outcome) {
    case WaitEnd::Outcome::reached:
      succeeded(name, reached_line(first, *end.last), end.last);
      return;
    case WaitEnd::Outcome::gone:
      succeeded(name, "not in maintenance (there is no such pod now)", std::nullopt);
      return;
    case WaitEnd::Outcome::reverted:
    case WaitEnd::Outcome::timed_out:
    case WaitEnd::Outcome::failed:
      failed(name, wait_error(wish_, options_, end));
      return;
  }
}

ExitCode ChangeReport::finish() {
  const ExitCode code = combine(codes_);
  if (!is_document(options_.format)) return code;
  Poco::JSON::Object out(Poco::JSON_PRESERVE_KEY_ORDER);
  Poco::JSON::Array::Ptr pods = new Poco::JSON::Array;
  for (const PodReport& report : reports_)
    pods->add(report_to_json(report));
  Poco::JSON::Array::Ptr failed = new Poco::JSON::Array;
  for (const Failure& failure : failures_) {
    Poco::JSON::Object::Ptr entry = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
    entry->set("name", failure.name);
    entry->set("exitCode", static_cast<int>(exit_code_of(failure.error.kind)));
    entry->set("error", failure.error.message());
    failed->add(entry);
  }
  if (options_.dry_run) out.set("dryRun", true);
  out.set("pods", pods);
  out.set("failed", failed);
  io_.out << render_document(out, options_.format);
  return code;
}

}  // namespace maintenance::plugin
