#include "agent/server/api.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <optional>

#include "agent/server/openapi.h"
#include "common/text/json.h"
#include "common/text/names.h"

namespace maintenance::agent {
namespace {

using std::chrono::milliseconds;

/// The route's path as segments; a segment in braces takes a name.
std::vector<std::string_view> pattern_segments(std::string_view pattern) {
  std::vector<std::string_view> out;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const auto slash = std::min(pattern.find('/'), pattern.size());
    out.push_back(pattern.substr(0, slash));
    pattern.remove_prefix(slash);
  }
  return out;
}

bool is_name(std::string_view segment) {
  return !segment.empty() && segment.front() == '{';
}

bool matches(std::string_view pattern, const std::vector<std::string>& segments) {
  const auto parts = pattern_segments(pattern);
  return parts.size() == segments.size() &&
         std::equal(parts.begin(), parts.end(), segments.begin(),
                    [](std::string_view part, const std::string& segment) {
                      return is_name(part) || part == segment;
                    });
}

/// Checks the names that the path brings, before any of them can reach the API server.
Result<std::string> checked_name(std::string_view pattern,
                                 const std::vector<std::string>& segments) {
  const auto parts = pattern_segments(pattern);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!is_name(parts[i])) continue;
    const auto valid = parts[i] == "{dc}" ? text::check_label_value("dc", segments[i])
                                          : text::check_subdomain("pod", segments[i]);
    if (!valid) return valid.error();
    return segments[i];
  }
  return std::string();
}

ErrorStyle style_of(const std::string& target) {
  return target == "/v1" || target.starts_with("/v1/") || target.starts_with("/v1?")
             ? ErrorStyle::problem
             : ErrorStyle::seed;
}

/// A method as a metric's label: a caller's free text would make one series for each request.
std::string known_method(const std::string& method) {
  constexpr std::array<std::string_view, 7> known{"GET",   "HEAD",    "PUT", "DELETE",
                                                  "PATCH", "OPTIONS", "POST"};
  return std::find(known.begin(), known.end(), method) == known.end() ? "other" : method;
}

std::string path_of(const std::string& target) {
  return target.substr(0, target.find('?'));
}

}  // namespace

Api::Api(const Parts& parts)
    : parts_(parts),
      access_(parts.settings.auth, parts.clock),
      releases_(ReleaseWorker::Parts{parts.client, parts.settings.config_map,
                                     parts.settings.containers, parts.clock, parts.log,
                                     parts.release_timing}) {}

const std::vector<Api::Route>& Api::routes() {
  static const std::vector<Route> table{
      {"GET", "/pods/{pod}", "get", &Api::seed_get_pod},
      {"PUT", "/pods/{pod}", "update", &Api::seed_put_pod},
      {"DELETE", "/pods/{pod}", "delete", &Api::seed_delete_pod},
      {"GET", "/dcs/{dc}", "get", &Api::seed_get_dc},
      {"PUT", "/dcs/{dc}", "update", &Api::seed_put_dc},
      {"DELETE", "/dcs/{dc}", "delete", &Api::seed_delete_dc},
      {"GET", "/config", "list", &Api::seed_config},
      // The documented way to read it; it changes nothing.
      {"PUT", "/config", "list", &Api::seed_config},
      {"GET", "/v1/status", "list", &Api::v1_status},
      {"GET", "/v1/pods/{pod}", "get", &Api::v1_get_pod},
      {"PUT", "/v1/pods/{pod}", "update", &Api::v1_put_pod},
      {"DELETE", "/v1/pods/{pod}", "delete", &Api::v1_delete_pod},
      {"GET", "/v1/dcs/{dc}", "get", &Api::v1_get_dc},
      {"PUT", "/v1/dcs/{dc}", "update", &Api::v1_put_dc},
      {"DELETE", "/v1/dcs/{dc}", "delete", &Api::v1_delete_dc},
      {"GET", "/openapi.yaml", "", &Api::contract},
  };
  return table;
}

std::vector<Api::Endpoint> Api::endpoints() {
  std::vector<Endpoint> out;
  for (const Route& route : routes())
    out.push_back({route.method, route.path});
  return out;
}

ApiResponse Api::contract(const Call& /*call*/) {
  return ApiResponse{200, "application/yaml", std::string(openapi_document()), {}};
}

ApiResponse Api::handle(const ApiRequest& request) noexcept {
  try {
    const auto began = parts_.clock.steady_now();
    Trace trace{random_id(parts_.random)};
    ApiResponse response;
    try {
      response = answer(request, trace);
    } catch (const std::exception& defect) {
      parts_.log.error("defect", {{"request", trace.id}, {"cause", defect.what()}});
      response = failure(style_of(request.target), 500,
                         "an unexpected failure of the agent; its log has request " + trace.id);
    }
    response.headers.push_back({"X-Request-Id", trace.id});
    response.headers.push_back({"Cache-Control", "no-store"});
    account(request, response, trace,
            std::chrono::duration_cast<milliseconds>(parts_.clock.steady_now() - began));
    return response;
  } catch (...) {
    return ApiResponse{500, "text/plain", "", {}};  // out of memory: nothing else can be promised
  }
}

void Api::account(const ApiRequest& request, const ApiResponse& response, const Trace& trace,
                  milliseconds took) {
  parts_.metrics.count_request(known_method(request.method), response.status);
  parts_.log.info("request", {{"request", trace.id},
                              {"method", request.method},
                              {"path", path_of(request.target)},
                              {"status", std::to_string(response.status)},
                              {"took_ms", std::to_string(took.count())},
                              {"caller", request.caller.address},
                              {"user", trace.user}});
}

ApiResponse Api::answer(const ApiRequest& request, Trace& trace) {
  const ErrorStyle style = style_of(request.target);
  if (request.unfit) return failure(style, request.unfit->status, request.unfit->why);
  const auto target = parse_target(request.target);
  if (!target) return failure(style, target.error());
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const Route* chosen = nullptr;
  std::string allow;
  for (const Route& route : routes()) {
    if (!matches(route.path, target->segments)) continue;
    allow += std::string(route.method) + (route.method == "GET" ? ", HEAD, " : ", ");
    if (route.method == method) chosen = &route;
  }
  if (allow.empty()) return no_such_path(style);
  allow += "OPTIONS";
  if (request.method == "OPTIONS") return ApiResponse{204, "", "", {{"Allow", allow}}};
  if (chosen != nullptr) return dispatch(*chosen, request, *target, trace);
  ApiResponse response = failure(style, 405, "this path allows " + allow);
  response.headers.push_back({"Allow", allow});
  return response;
}

ApiResponse Api::no_such_path(ErrorStyle style) {
  std::string paths;
  for (const Route& route : routes()) {
    if (paths.find(std::string(route.path) + ",") == std::string::npos) {
      paths += std::string(route.path) + ", ";
    }
  }
  paths.resize(paths.size() - 2);
  return failure(style, 404, "no such path; there are " + paths);
}

ApiResponse Api::dispatch(const Route& route, const ApiRequest& request, const ParsedTarget& target,
                          Trace& trace) {
  const ErrorStyle style = style_of(request.target);
  auto name = checked_name(route.path, target.segments);
  if (!name) return failure(style, name.error());
  kube::Client client = parts_.client.until(parts_.clock.steady_now() + parts_.request_time);
  Operations operations(shared(client));
  Call call{request, target, *name, trace.id, operations, {}};
  const auto authorized = authorize(route, client, call);
  trace.user = call.user;
  if (!authorized) return access_failure(style, authorized.error());
  return (this->*route.handler)(call);
}

Result<Outcome> Api::enter(const Call& call, bool whole_dc, const Result<Intent>& intent) {
  if (!intent) return intent.error();
  auto outcome = call.operations.enter(Target{call.name, whole_dc}, *intent);
  if (parts_.view != nullptr && !intent->dry_run) parts_.view->distrust();
  if (outcome) {
    for (const PodOutcome& pod : outcome->pods)
      if (pod.in) departures_.entered(pod.pod);
  }
  log_outcome(call, *intent, "enter", outcome);
  tell_outcome(Direction::enter, Target{call.name, whole_dc}, *intent, outcome);
  return outcome;
}

Result<Outcome> Api::leave(const Call& call, bool whole_dc, const Result<Intent>& intent) {
  if (!intent) return intent.error();
  auto outcome = call.operations.leave(Target{call.name, whole_dc}, *intent);
  if (parts_.view != nullptr && !intent->dry_run) parts_.view->distrust();
  if (outcome && !intent->dry_run) {
    for (const PodOutcome& pod : outcome->pods)
      if (pod.changed) departures_.left(pod.pod, intent->by);
  }
  log_outcome(call, *intent, "leave", outcome);
  tell_outcome(Direction::leave, Target{call.name, whole_dc}, *intent, outcome);
  return outcome;
}

void Api::tell_outcome(Direction direction, const Target& target, const Intent& intent,
                       const Result<Outcome>& outcome) {
  if (!outcome) return;
  for (const Finding& finding : outcome->verdict.findings) {
    if (finding.refuses && !intent.dry_run) parts_.metrics.count_refusal(finding.guard);
  }
  if (!parts_.tell) return;
  for (const Happening& one : happenings_of(direction, target, intent, *outcome,
                                            parts_.settings.config_map, parts_.clock.now()))
    parts_.tell(one);
}

void Api::log_outcome(const Call& call, const Intent& intent, std::string_view event,
                      const Result<Outcome>& outcome) {
  const auto write = [&](const std::string& object, const std::string& what) {
    parts_.log.info(event, {{"request", call.id},
                            {"pod", object},
                            {"outcome", what},
                            {"by", intent.by},
                            {"reason", intent.reason},
                            {"caller", call.request.caller.address}});
  };
  if (!outcome) return write(call.name, "failed: " + outcome.error().message());
  if (outcome->verdict.refuses()) {
    return write(call.name, "refused: " + outcome->verdict.summary());
  }
  for (const PodOutcome& pod : outcome->pods) {
    if (intent.dry_run) {
      write(pod.pod, "dry run");
    } else if (pod.failure) {
      write(pod.pod, "failed: " + pod.explanation());
    } else {
      write(pod.pod, pod.changed ? "done" : "already");
    }
  }
}

}  // namespace maintenance::agent
