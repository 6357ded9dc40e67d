#include "agent/reconcile/report.h"
#include "agent/server/api.h"
#include "agent/server/intent.h"

namespace maintenance::agent {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr ErrorStyle style = ErrorStyle::problem;

PodReport outcome_report(const Snapshot& snapshot, const PodOutcome& outcome, text::Timestamp now) {
  PodReport report = make_pod_report(snapshot, outcome.pod, now);
  report.changed = outcome.changed;
  if (outcome.failure) report.error = outcome.explanation();
  return report;
}

ApiResponse pods_response(const std::vector<PodReport>& reports) {
  Array::Ptr pods = new Array;
  for (const PodReport& report : reports)
    pods->add(report_to_json(report));
  Object body;
  body.set("pods", pods);
  return json_response(200, body);
}

}  // namespace

ApiResponse Api::v1_status(const Call& call) {
  const auto snapshot = call.operations.glance();
  if (!snapshot) return failure(style, snapshot.error());
  return json_response(
      200, *report_to_json(make_cluster_report(
               *snapshot, parts_.settings, parts_.client.namespace_name(), parts_.clock.now())));
}

ApiResponse Api::v1_get_pod(const Call& call) {
  const auto snapshot = call.operations.look_at_pod(call.name);
  if (!snapshot) return failure(style, snapshot.error());
  return json_response(200,
                       *report_to_json(make_pod_report(*snapshot, call.name, parts_.clock.now())));
}

ApiResponse Api::v1_put_pod(const Call& call) {
  return v1_pod_answer(call,
                       enter(call, false, read_v1_intent(call.target, call.request.body, call.id)));
}

ApiResponse Api::v1_delete_pod(const Call& call) {
  return v1_pod_answer(call,
                       leave(call, false, read_v1_intent(call.target, call.request.body, call.id)));
}

/// The pod as it is now, with what the request did. The state comes from a new look, so an answer
/// never claims more than is there.
ApiResponse Api::v1_pod_answer(const Call& call, const Result<Outcome>& outcome) {
  if (!outcome) return failure(style, outcome.error());
  if (outcome->verdict.refuses()) return refusal(style, outcome->verdict);
  const auto snapshot = call.operations.look();
  if (!snapshot) return failure(style, snapshot.error().within("the request was carried out, but"));
  return json_response(
      200, *report_to_json(outcome_report(*snapshot, outcome->pods.front(), parts_.clock.now())));
}

ApiResponse Api::v1_get_dc(const Call& call) {
  const auto snapshot = call.operations.look();
  if (!snapshot) return failure(style, snapshot.error());
  const auto pods = call.operations.resolve(*snapshot, Target{call.name, true});
  if (!pods) return failure(style, pods.error());
  std::vector<PodReport> reports;
  for (const std::string& pod : *pods)
    reports.push_back(make_pod_report(*snapshot, pod, parts_.clock.now()));
  return pods_response(reports);
}

ApiResponse Api::v1_put_dc(const Call& call) {
  return v1_dc_answer(call,
                      enter(call, true, read_v1_intent(call.target, call.request.body, call.id)));
}

ApiResponse Api::v1_delete_dc(const Call& call) {
  return v1_dc_answer(call,
                      leave(call, true, read_v1_intent(call.target, call.request.body, call.id)));
}

ApiResponse Api::v1_dc_answer(const Call& call, const Result<Outcome>& outcome) {
  if (!outcome) return failure(style, outcome.error());
  if (outcome->verdict.refuses()) return refusal(style, outcome->verdict);
  const auto snapshot = call.operations.look();
  if (!snapshot) return failure(style, snapshot.error().within("the request was carried out, but"));
  std::vector<PodReport> reports;
  for (const PodOutcome& pod : outcome->pods)
    reports.push_back(outcome_report(*snapshot, pod, parts_.clock.now()));
  return pods_response(reports);
}

}  // namespace maintenance::agent
