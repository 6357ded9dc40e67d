#include "common/maintenance/report.h"

#include "common/text/printable.h"

namespace maintenance {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using text::JsonView;

constexpr int ordered = Poco::JSON_PRESERVE_KEY_ORDER;

}  // namespace

Object::Ptr report_to_json(const PodReport& report) {
  Object::Ptr out = new Object(ordered);
  out->set("name", report.name);
  out->set("dc", report.dc);
  out->set("statefulSet", report.stateful_set);
  out->set("uid", report.uid);
  out->set("state", std::string(to_string(report.state)));
  out->set("wish", std::string(to_string(report.wish)));
  out->set("reality", report.reality);
  if (report.record) out->set("record", record_to_json(*report.record));
  Array::Ptr warnings = new Array;
  for (const std::string& warning : report.warnings)
    warnings->add(warning);
  out->set("warnings", warnings);
  if (!report.released_by.empty()) out->set("releasedBy", report.released_by);
  if (report.changed) out->set("changed", *report.changed);
  if (!report.error.empty()) out->set("error", report.error);
  return out;
}

Object::Ptr report_to_json(const ClusterReport& report) {
  Object::Ptr out = new Object(ordered);
  out->set("cluster", report.cluster);
  out->set("namespace", report.namespace_name);
  out->set("configMap", report.config_map);
  Object::Ptr agent = new Object(ordered);
  agent->set("version", report.agent_version);
  out->set("agent", agent);
  Array::Ptr sets = new Array;
  for (const StatefulSetReport& set : report.stateful_sets) {
    Object::Ptr entry = new Object(ordered);
    entry->set("name", set.name);
    entry->set("dc", set.dc);
    entry->set("podManagementPolicy", set.pod_management_policy);
    entry->set("replicas", set.replicas);
    sets->add(entry);
  }
  out->set("statefulSets", sets);
  Array::Ptr pods = new Array;
  for (const PodReport& pod : report.pods)
    pods->add(report_to_json(pod));
  out->set("pods", pods);
  return out;
}

Result<PodReport> pod_report_from_json(const JsonView& object) {
  const std::string doing = "reading the agent's answer";
  PodReport report;
  report.name = object.text("name");
  if (report.name.empty()) return Error{ErrorKind::protocol, doing, "a pod has no name"};
  const auto state = parse_state(object.text("state"));
  if (!state)
    return Error{ErrorKind::protocol, doing, "pod " + text::quoted(report.name) + " has no state"};
  report.state = *state;
  report.dc = object.text("dc");
  report.stateful_set = object.text("statefulSet");
  report.uid = object.text("uid");
  report.wish = object.text("wish") == "in" ? Wish::in : Wish::out;
  report.reality = object.text("reality");
  if (object.has("record")) {
    const JsonView record = object.object("record");
    report.record = record.raw() ? parse_record(text::to_json(*record.raw())) : Record{};
  }
  report.warnings = object.texts("warnings");
  report.released_by = object.text("releasedBy");
  if (object.has("changed")) report.changed = object.flag("changed");
  report.error = object.text("error");
  return report;
}

Result<ClusterReport> cluster_report_from_json(const JsonView& object) {
  ClusterReport report;
  report.cluster = object.text("cluster");
  report.namespace_name = object.text("namespace");
  report.config_map = object.text("configMap");
  report.agent_version = object.object("agent").text("version");
  for (const JsonView& set : object.objects("statefulSets")) {
    report.stateful_sets.push_back(StatefulSetReport{
        set.text("name"), set.text("dc"), set.text("podManagementPolicy"), set.number("replicas")});
  }
  for (const JsonView& pod : object.objects("pods")) {
    auto parsed = pod_report_from_json(pod);
    if (!parsed) return parsed.error();
    report.pods.push_back(std::move(*parsed));
  }
  return report;
}

}  // namespace maintenance
