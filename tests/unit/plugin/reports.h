#pragma once

#include <optional>
#include <string>

#include "common/maintenance/report.h"
#include "tests/support/scripted_transport.h"

namespace maintenance::testing {

/// 2026-01-01T00:00:00Z, where a FakeClock starts; records of these tests are from half an hour
/// before.
inline constexpr const char* record_since = "2025-12-31T23:30:00Z";

/// A pod's report in the given state, with a record when it is wished to be held.
inline PodReport pod_report(const std::string& name, State state, Wish wish,
                            std::optional<bool> changed = std::nullopt) {
  PodReport report;
  report.name = name;
  report.dc = "dc1";
  report.stateful_set = "demo-cassandra-dc1";
  report.uid = "uid-" + name;
  report.state = state;
  report.wish = wish;
  report.reality = state == State::held       ? "gate running"
                   : state == State::normal   ? "ready"
                   : state == State::missing  ? "no pod"
                   : state == State::entering ? "terminating"
                                              : "pending";
  report.changed = changed;
  if (wish == Wish::in) {
    report.record = Record{
        "id-1", "jane", false, "disk check", text::parse_timestamp(record_since), std::nullopt};
  }
  return report;
}

inline Answer pod_answer(const PodReport& report) {
  return json_answer(200, text::to_json(*report_to_json(report)));
}
inline Answer pod_answer(const std::string& name, State state, Wish wish,
                         std::optional<bool> changed = std::nullopt) {
  return pod_answer(pod_report(name, state, wish, changed));
}

inline ClusterReport cluster_report(std::vector<PodReport> pods) {
  ClusterReport report;
  report.cluster = "demo";
  report.namespace_name = "cassandra";
  report.config_map = "demo-maintenance-configmap";
  report.agent_version = "0.1.0";
  report.stateful_sets = {{"demo-cassandra-dc1", "dc1", "Parallel", 3}};
  report.pods = std::move(pods);
  return report;
}
inline Answer status_report_answer(std::vector<PodReport> pods) {
  return json_answer(200, text::to_json(*report_to_json(cluster_report(std::move(pods)))));
}

/// What the agent answers to a wish for a datacenter.
inline Answer dc_answer(const std::vector<PodReport>& pods, bool dry_run = false) {
  Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
  for (const PodReport& pod : pods)
    list->add(report_to_json(pod));
  Poco::JSON::Object body;
  body.set("pods", list);
  if (dry_run) body.set("dryRun", true);
  return json_answer(200, text::to_json(body));
}

inline Answer problem_answer(int status, const std::string& detail) {
  return json_answer(status, R"({"type":"about:blank","title":"Problem","status":)" +
                                 std::to_string(status) + R"(,"detail":")" + detail + "\"}");
}

/// One replica is down already; a person may override that.
inline constexpr const char* replica_down_refusal =
    R"({"type":"urn:kubectl-maintenance:refused-by-policy","title":"Refused by policy",)"
    R"("status":409,"detail":"…","verdict":[)"
    R"({"guard":"replica-down","kind":"soft","refuses":true,"message":"2 of 3 replicas of dc1 )"
    R"(would be out","blockers":["b"],"remedy":"bring it back"}]})";

inline constexpr const char* ordered_ready_refusal =
    R"({"type":"urn:kubectl-maintenance:refused-by-policy","title":"Refused by policy",)"
    R"("status":409,"detail":"…","verdict":[)"
    R"({"guard":"ordered-ready","kind":"hard","refuses":true,"message":"StatefulSet )"
    R"(ordered-cassandra-dc1 has podManagementPolicy OrderedReady","blockers":["pod/a","pod/b"],)"
    R"("remedy":"kubectl maintenance disable pod a"},)"
    R"({"guard":"no-drain","kind":"warning","refuses":false,"message":"no preStop","blockers":[],)"
    R"("remedy":""}]})";

}  // namespace maintenance::testing
