#include "plugin/commands/status.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/natural_order.h"
#include "plugin/output/document.h"
#include "plugin/output/table.h"

namespace maintenance::plugin {
namespace {

const std::string& target_of(const PodReport& pod, TargetKind kind) {
  return kind == TargetKind::pod ? pod.name : pod.dc;
}

bool is_wanted(const PodReport& pod, const std::optional<Targets>& targets) {
  if (!targets) return true;
  const auto& names = targets->names;
  return std::find(names.begin(), names.end(), target_of(pod, targets->kind)) != names.end();
}

std::vector<PodReport> choose(const ClusterReport& report, const std::optional<Targets>& targets) {
  std::vector<PodReport> out;
  for (const PodReport& pod : report.pods) {
    if (is_wanted(pod, targets)) out.push_back(pod);
  }
  std::sort(out.begin(), out.end(), [](const PodReport& a, const PodReport& b) {
    return a.dc == b.dc ? natural_less(a.name, b.name) : natural_less(a.dc, b.dc);
  });
  return out;
}

/// Says each target that the agent does not know; true when there is one.
bool report_unknown(const StatusCommand& command, const ClusterReport& report, Io& io) {
  if (!command.targets) return false;
  bool any = false;
  for (const std::string& name : command.targets->names) {
    const bool known = std::any_of(report.pods.begin(), report.pods.end(), [&](const auto& pod) {
      return target_of(pod, command.targets->kind) == name;
    });
    if (known) continue;
    any = true;
    const std::string of =
        report.cluster.empty() ? "" : " of Cassandra cluster " + text::quoted(report.cluster);
    print_error(io.err, Error{ErrorKind::not_found, "",
                              target_name(command.targets->kind, name) + " is not part" +
                                  (of.empty() ? " of this Cassandra cluster" : of)});
  }
  return any;
}

std::string shown_by(const PodReport& pod) {
  if (!pod.record || pod.record->by.empty()) return "";
  return pod.record->by + (pod.record->verified ? "" : " (?)");
}

std::string shown_time(const std::optional<text::Timestamp>& time) {
  return time ? text::format_timestamp(*time) : "";
}

std::string shown_age(const PodReport& pod, const Clock& clock) {
  if (!pod.record || !pod.record->since) return "";
  return text::format_age(
      std::chrono::duration_cast<std::chrono::seconds>(clock.now() - *pod.record->since));
}

std::string policy_of(const PodReport& pod, const ClusterReport& report) {
  for (const StatefulSetReport& set : report.stateful_sets) {
    if (set.name == pod.stateful_set) return set.pod_management_policy;
  }
  return "";
}

std::string table_of(const std::vector<PodReport>& pods, const ClusterReport& report, bool wide,
                     const Clock& clock) {
  std::vector<TableRow> rows{
      {"NAME", "DC", "STATE", "WISH", "REALITY", "BY", "SINCE", "AGE", "REASON"}};
  if (wide) rows.front().insert(rows.front().end(), {"STATEFULSET", "POLICY", "UNTIL"});
  for (const PodReport& pod : pods) {
    const Record record = pod.record.value_or(Record{});
    TableRow row{pod.name,
                 pod.dc,
                 std::string(to_string(pod.state)),
                 std::string(to_string(pod.wish)),
                 pod.reality,
                 shown_by(pod),
                 shown_time(record.since),
                 shown_age(pod, clock),
                 record.reason};
    if (wide) {
      row.insert(row.end(), {pod.stateful_set, policy_of(pod, report), shown_time(record.until)});
    }
    rows.push_back(std::move(row));
  }
  return render_table(rows);
}

/// The agent's own words, with the pods that were not asked for left out.
std::string document_of(const StatusAnswer& answer, const StatusCommand& command) {
  const auto& targets = command.targets;
  if (!targets) return render_document(*answer.raw, command.format);
  Poco::JSON::Array::Ptr pods = new Poco::JSON::Array;
  for (const text::JsonView& entry : text::JsonView(answer.raw).objects("pods")) {
    const auto pod = pod_report_from_json(entry);
    if (pod && is_wanted(*pod, targets)) pods->add(entry.raw());
  }
  Poco::JSON::Object copy(*answer.raw);
  copy.set("pods", pods);
  return render_document(copy, command.format);
}

void print_warnings(const std::vector<PodReport>& pods, Io& io) {
  for (const PodReport& pod : pods) {
    for (const std::string& warning : pod.warnings) {
      print_warning(io.err,
                    target_name(TargetKind::pod, pod.name) + ": " + text::printable(warning));
    }
  }
}

void print_pods(const StatusCommand& command, const StatusAnswer& answer,
                const std::vector<PodReport>& pods, Surroundings& around) {
  Io& io = around.io;
  switch (command.format) {
    case Format::json:
    case Format::yaml:
      io.out << document_of(answer, command);
      return;
    case Format::name:
      for (const PodReport& pod : pods)
        io.out << target_name(TargetKind::pod, pod.name) << '\n';
      return;
    case Format::table:
    case Format::wide:
      break;
  }
  if (!pods.empty()) {
    io.out << table_of(pods, answer.report, command.format == Format::wide, around.clock);
  } else if (!command.targets) {
    io.err << "No pods of Cassandra cluster " << text::quoted(answer.report.cluster)
           << " found in namespace " << text::quoted(answer.report.namespace_name) << ".\n";
  }
  print_warnings(pods, io);
}

}  // namespace

ExitCode run_status(const StatusCommand& command, Surroundings& surroundings) {
  Agent agent(surroundings.link.transport(), surroundings.clock,
              command.connection.request_timeout);
  const auto answer = agent.status(agent.soon());
  if (!answer) {
    print_error(surroundings.io.err, answer.error());
    return exit_code_of(answer.error().kind);
  }
  print_pods(command, *answer, choose(answer->report, command.targets), surroundings);
  const bool unknown = report_unknown(command, answer->report, surroundings.io);
  return unknown ? ExitCode::not_found : ExitCode::done;
}

}  // namespace maintenance::plugin
