#include "plugin/commands/agent.h"

#include <algorithm>

#include "common/text/printable.h"
#include "plugin/tunnel/response_reader.h"

namespace maintenance::plugin {
namespace {

using text::JsonView;

ErrorKind kind_of(int status) noexcept {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return ErrorKind::invalid;
    case 401:
      return ErrorKind::unauthorized;
    case 403:
      return ErrorKind::forbidden;
    case 404:
      return ErrorKind::not_found;
    case 409:
      return ErrorKind::conflict;
    case 429:
      return ErrorKind::too_many;
    case 504:
      return ErrorKind::timeout;
    default:
      return status >= 500 ? ErrorKind::server : ErrorKind::protocol;
  }
}

/// A problem document (RFC 9457), or whatever else came instead of one, as an Error.
Error problem_of(const http::Response& answer) {
  const auto body = text::parse_json_object(answer.body, reading_answer);
  if (!body) {
    const std::string shown = text::printable(answer.body, 200);
    return Error{answer.status == 404 ? ErrorKind::protocol : kind_of(answer.status), "",
                 "the agent answered " + std::to_string(answer.status) +
                     (shown.empty() ? "" : ": " + shown)};
  }
  const JsonView problem(*body);
  const Verdict verdict = verdict_from_json(problem.objects("verdict"));
  if (verdict.refuses()) return Error{ErrorKind::policy, "", describe_refusal(verdict)};
  std::string cause = problem.text("detail");
  if (cause.empty()) cause = problem.text("title");
  if (cause.empty()) cause = problem.text("error");
  if (cause.empty()) cause = "the agent answered " + std::to_string(answer.status);
  return Error{kind_of(answer.status), "", text::printable(cause)};
}

/// The same for a write. An agent that got no answer from the API server does not know either
/// whether the wish was recorded.
Error write_problem_of(const http::Response& answer) {
  Error problem = problem_of(answer);
  if (problem.kind == ErrorKind::timeout) problem.kind = ErrorKind::unknown_outcome;
  return problem;
}

std::string wish_body(const EnableWish& wish) {
  Poco::JSON::Object body;
  if (!wish.reason.empty()) body.set("reason", wish.reason);
  if (!wish.requested_by.empty()) body.set("requestedBy", wish.requested_by);
  if (!wish.duration.empty()) body.set("duration", wish.duration);
  if (!wish.overrides.empty()) body.set("override", wish.overrides);
  return text::to_json(body);
}

/// Nothing where there is nothing to say: an agent of another version may not know it.
std::string release_body(const Release& release) {
  if (release.requested_by.empty() && !release.force) return "";
  Poco::JSON::Object body;
  if (release.force) body.set("force", true);
  if (!release.requested_by.empty()) body.set("requestedBy", release.requested_by);
  return text::to_json(body);
}

std::string pod_path(const std::string& name) {
  return "/v1/pods/" + http::percent_encode(name);
}

std::string dc_path(const std::string& name) {
  return "/v1/dcs/" + http::percent_encode(name);
}

/// What refuses, when it was the policy that answered.
std::optional<Verdict> refusal_of(const http::Response& answer) {
  const auto body = text::parse_json_object(answer.body, reading_answer);
  if (!body) return std::nullopt;
  Verdict verdict = verdict_from_json(JsonView(*body).objects("verdict"));
  if (!verdict.refuses()) return std::nullopt;
  return verdict;
}

Result<Changed> read_changed(const http::Response& answer, TargetKind kind, Effect effect) {
  const auto body = text::parse_json_object(answer.body, reading_answer);
  if (!body) return body.error();
  const JsonView view(*body);
  if (effect == Effect::dry_run && !view.flag("dryRun")) {
    return Error{
        ErrorKind::protocol, reading_answer,
        "it does not say that this was a dry run; see what is so with 'kubectl maintenance "
        "status'"};
  }
  Changed out{{}, verdict_from_json(view.objects("verdict"))};
  const auto entries = kind == TargetKind::pod ? std::vector<JsonView>{view} : view.objects("pods");
  for (const JsonView& entry : entries) {
    auto report = pod_report_from_json(entry);
    if (!report) return report.error();
    out.pods.push_back(std::move(*report));
  }
  return out;
}

Result<PodReport> read_pod_report(const http::Response& answer) {
  const auto body = text::parse_json_object(answer.body, reading_answer);
  if (!body) return body.error();
  return pod_report_from_json(JsonView(*body));
}

}  // namespace

std::string describe_refusal(const Verdict& verdict) {
  std::string out = "refused by the policy";
  for (const Finding& finding : verdict.findings) {
    if (!finding.refuses) continue;
    out += "\n  " + text::printable(finding.guard) + ": " + text::printable(finding.message);
    if (!finding.blockers.empty()) {
      out += "\n    in the way: ";
      for (std::size_t i = 0; i < finding.blockers.size(); ++i) {
        out += (i == 0 ? "" : ", ") + text::printable(finding.blockers[i]);
      }
    }
    if (!finding.remedy.empty()) out += "\n    next: " + text::printable(finding.remedy);
  }
  return out;
}

Agent::Agent(http::Transport& transport, const Clock& clock,
             std::chrono::milliseconds request_timeout)
    : transport_(transport), clock_(clock), request_timeout_(request_timeout) {}

Result<http::Response> Agent::send(const std::string& method, const std::string& path,
                                   const std::string& body, Deadline until) {
  http::Request request;
  request.method = method;
  request.target = path;
  request.body = body;
  if (!body.empty()) request.headers.push_back({"Content-Type", "application/json"});
  return transport_.send(request, until);
}

Result<Changed> Agent::change(const std::string& method, const Target& target,
                              const std::string& body, Effect effect) {
  std::string path = target.kind == TargetKind::pod ? pod_path(target.name) : dc_path(target.name);
  // Not in the body: whoever took that away on the way would make it real.
  if (effect == Effect::dry_run) path += "?dryRun=true";
  const auto answer = send(method, path, body, soon());
  if (!answer) return answer.error();
  if (!answer->successful()) {
    const auto refused = refusal_of(*answer);
    if (refused) return Changed{{}, *refused};
    return write_problem_of(*answer);
  }
  return read_changed(*answer, target.kind, effect);
}

Result<Changed> Agent::enable(const Target& target, const EnableWish& wish, Effect effect) {
  return change("PUT", target, wish_body(wish), effect);
}

Result<Changed> Agent::disable(const Target& target, const Release& release, Effect effect) {
  return change("DELETE", target, release_body(release), effect);
}

Result<std::optional<PodReport>> Agent::pod(const std::string& name, Deadline until) {
  const auto answer = send("GET", pod_path(name), "", std::min(soon(), until));
  if (!answer) return answer.error();
  if (!answer->successful()) {
    Error problem = problem_of(*answer);
    if (problem.kind == ErrorKind::not_found) return std::optional<PodReport>();
    return problem;
  }
  auto report = read_pod_report(*answer);
  if (!report) return report.error();
  return std::optional<PodReport>(std::move(*report));
}

Result<text::JsonView> Agent::config_map(Deadline until) {
  const auto answer = send("GET", "/config", "", std::min(soon(), until));
  if (!answer) return answer.error();
  if (!answer->successful()) return problem_of(*answer);
  const auto body = text::parse_json_object(answer->body, reading_answer);
  if (!body) return body.error();
  return JsonView(*body);
}

Result<StatusAnswer> Agent::status(Deadline until) {
  const auto answer = send("GET", "/v1/status", "", std::min(soon(), until));
  if (!answer) return answer.error();
  if (!answer->successful()) return problem_of(*answer);
  const auto body = text::parse_json_object(answer->body, reading_answer);
  if (!body) return body.error();
  auto report = cluster_report_from_json(JsonView(*body));
  if (!report) return report.error();
  return StatusAnswer{std::move(*report), *body};
}

Result<Changed> settle_doubt(Agent& agent, Wish wish, const std::string& pod, const Error& lost) {
  const auto now = agent.pod(pod, agent.soon());
  if (now && *now && (*now)->wish == wish) return Changed{{**now}, {}};
  if (now && !*now && wish == Wish::out) return lost.within("the pod is gone and");
  return lost.within("it is not known whether the wish was recorded");
}

}  // namespace maintenance::plugin
