#include <algorithm>

#include "agent/reconcile/report.h"
#include "agent/server/api.h"
#include "agent/server/intent.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr ErrorStyle v1_style = ErrorStyle::problem;

Object::Ptr pods_object(const std::vector<PodReport>& reports) {
  Array::Ptr pods = new Array;
  for (const PodReport& report : reports)
    pods->add(report_to_json(report));
  Object::Ptr body = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  body->set("pods", pods);
  return body;
}

/// What the guards had to say although they did not refuse, and that nothing was changed.
ApiResponse change_response(Object::Ptr body, const Outcome& outcome, bool dry_run) {
  if (!outcome.verdict.findings.empty()) body->set("verdict", verdict_to_json(outcome.verdict));
  if (dry_run) body->set("dryRun", true);
  return json_response(200, *body);
}

Result<void> check_no_query(const ParsedTarget& target) {
  if (target.query.empty()) return {};
  return Error{ErrorKind::invalid, "query parameter " + text::quoted(target.query.begin()->first),
               "this path knows none"};
}

/// How often a request that waits looks for itself: with watches that are there, with none, and the
/// least pause between two looks, so that a busy cluster is not read all the time.
constexpr std::chrono::milliseconds wait_look_again{5000};
constexpr std::chrono::milliseconds wait_look_blind{500};
constexpr std::chrono::milliseconds wait_look_pause{50};

/// Counts the requests that wait.
class Waiting {
 public:
  explicit Waiting(std::atomic<int>& count) : count_(count), has_room_(++count <= waits_max) {}
  ~Waiting() { --count_; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  [[nodiscard]] bool has_room() const noexcept { return has_room_; }

 private:
  std::atomic<int>& count_;
  bool has_room_;
};

}  // namespace

void Api::add_departure(PodReport& report) const {
  if (report.wish == Wish::out) report.released_by = departures_.by(report.name);
}

PodReport Api::report_of(const Snapshot& snapshot, const std::string& pod) const {
  PodReport report = make_pod_report(snapshot, pod, parts_.clock.now());
  add_departure(report);
  return report;
}

PodReport Api::outcome_report(const Snapshot& snapshot, const PodOutcome& outcome) const {
  PodReport report = report_of(snapshot, outcome.pod);
  report.changed = outcome.changed;
  if (outcome.failure) report.error = outcome.explanation();
  return report;
}

Result<Intent> Api::v1_intent(const Call& call) const {
  auto intent = read_v1_intent(call.target, call.request.body, call.id, parts_.clock.now());
  if (intent && intent->force && call.request.method != "DELETE") {
    return Error{ErrorKind::invalid, "member \"force\"", "is for DELETE"};
  }
  if (!intent) return intent;
  intent->strict = parts_.settings.guards_v1 == Strictness::enforce;
  sign(call, *intent);
  return intent;
}

ApiResponse Api::v1_status(const Call& call) {
  if (auto none = check_no_query(call.target); !none) return failure(v1_style, none.error());
  const auto snapshot = call.operations.glance();
  if (!snapshot) return failure(v1_style, snapshot.error());
  ClusterReport report = make_cluster_report(*snapshot, parts_.settings,
                                             parts_.client.namespace_name(), parts_.clock.now());
  for (PodReport& pod : report.pods)
    add_departure(pod);
  return json_response(200, *report_to_json(report));
}

void Api::wait_for_change(std::uint64_t seen, Deadline until) {
  const Deadline now = parts_.clock.steady_now();
  if (parts_.view == nullptr) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
    parts_.clock.sleep_for(std::min(left, wait_look_blind));
    return;
  }
  parts_.view->wait_for_change(seen, std::min(until, now + wait_look_again));
  parts_.clock.sleep_for(wait_look_pause);
}

/// The watches only say when to look: what is answered was read for it.
ApiResponse Api::v1_wait_pod(const Call& call, const Wait& wait) {
  const Deadline until = parts_.clock.steady_now() + wait.timeout;
  const Waiting waiting(waits_);
  while (true) {
    const std::uint64_t seen = parts_.view == nullptr ? 0 : parts_.view->version();
    const Deadline now = parts_.clock.steady_now();
    kube::Client client = parts_.client.until(now + parts_.request_time);
    const auto snapshot = Operations(shared(client)).look_at_pod(call.name);
    if (!snapshot) return failure(v1_style, snapshot.error());
    const PodReport report = report_of(*snapshot, call.name);
    const bool there = report.state == wait.state || report.wish != wish_towards(wait.state);
    if (there || now >= until || stopping_ || !waiting.has_room()) {
      return json_response(200, *report_to_json(report));
    }
    wait_for_change(seen, until);
  }
}

ApiResponse Api::v1_get_pod(const Call& call) {
  const auto wait = read_wait(call.target);
  if (!wait) return failure(v1_style, wait.error());
  if (*wait) return v1_wait_pod(call, **wait);
  const auto snapshot = call.operations.look_at_pod(call.name);
  if (!snapshot) return failure(v1_style, snapshot.error());
  return json_response(200, *report_to_json(report_of(*snapshot, call.name)));
}

ApiResponse Api::v1_put_pod(const Call& call) {
  const auto intent = v1_intent(call);
  return v1_pod_answer(call, enter(call, false, intent), intent && intent->dry_run);
}

ApiResponse Api::v1_delete_pod(const Call& call) {
  const auto intent = v1_intent(call);
  const auto outcome = leave(call, false, intent);
  if (outcome && outcome->pods.front().failure) {
    const PodOutcome& pod = outcome->pods.front();
    return failure(v1_style, Error{pod.failure->kind, "", pod.explanation()});
  }
  return v1_pod_answer(call, outcome, intent && intent->dry_run);
}

/// The pod as it is now, with what the request did. The state comes from a new look, so an answer
/// never claims more than is there.
ApiResponse Api::v1_pod_answer(const Call& call, const Result<Outcome>& outcome, bool dry_run) {
  if (!outcome) return failure(v1_style, outcome.error());
  if (outcome->verdict.refuses()) return refusal(v1_style, outcome->verdict);
  const auto snapshot = call.operations.look();
  if (!snapshot)
    return failure(v1_style, snapshot.error().within("the request was carried out, but"));
  return change_response(report_to_json(outcome_report(*snapshot, outcome->pods.front())), *outcome,
                         dry_run);
}

ApiResponse Api::v1_get_dc(const Call& call) {
  if (auto none = check_no_query(call.target); !none) return failure(v1_style, none.error());
  const auto snapshot = call.operations.look_at_dc(call.name);
  if (!snapshot) return failure(v1_style, snapshot.error());
  const auto pods = call.operations.resolve(*snapshot, Target{call.name, true});
  if (!pods) return failure(v1_style, pods.error());
  std::vector<PodReport> reports;
  for (const std::string& pod : *pods)
    reports.push_back(report_of(*snapshot, pod));
  return json_response(200, *pods_object(reports));
}

ApiResponse Api::v1_put_dc(const Call& call) {
  const auto intent = v1_intent(call);
  return v1_dc_answer(call, enter(call, true, intent), intent && intent->dry_run);
}

ApiResponse Api::v1_delete_dc(const Call& call) {
  const auto intent = v1_intent(call);
  return v1_dc_answer(call, leave(call, true, intent), intent && intent->dry_run);
}

ApiResponse Api::v1_dc_answer(const Call& call, const Result<Outcome>& outcome, bool dry_run) {
  if (!outcome) return failure(v1_style, outcome.error());
  if (outcome->verdict.refuses()) return refusal(v1_style, outcome->verdict);
  const auto snapshot = call.operations.look_after(*outcome, call.name);
  if (!snapshot)
    return failure(v1_style, snapshot.error().within("the request was carried out, but"));
  std::vector<PodReport> reports;
  for (const PodOutcome& pod : outcome->pods)
    reports.push_back(outcome_report(*snapshot, pod));
  return change_response(pods_object(reports), *outcome, dry_run);
}

}  // namespace maintenance::agent
