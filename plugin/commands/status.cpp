#include "plugin/commands/status.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/status_table.h"
#include "plugin/commands/status_watch.h"
#include "plugin/output/document.h"
#include "plugin/output/table.h"

namespace maintenance::plugin {
namespace {

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

std::string table_of(const std::vector<PodReport>& pods, const ClusterReport& report, bool wide,
                     const Clock& clock) {
  std::vector<TableRow> rows{status_heading(wide)};
  for (const PodReport& pod : pods)
    rows.push_back(status_row(pod, report, wide, clock));
  return render_table(rows);
}

}  // namespace

std::string status_document(const StatusAnswer& answer, const StatusCommand& command) {
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

namespace {

/// What limits everybody, whether something is in maintenance or not.
void print_policies(const std::vector<PodReport>& pods, const ClusterReport& report, Io& io) {
  for (const StatefulSetReport& set : report.stateful_sets) {
    const bool shown = std::any_of(pods.begin(), pods.end(), [&](const PodReport& pod) {
      return pod.stateful_set == set.name;
    });
    if (!shown || set.pod_management_policy != "OrderedReady") continue;
    io.err << "StatefulSet " << text::printable(set.name)
           << " has podManagementPolicy OrderedReady: one of its pods can be in maintenance at a "
              "time\n";
  }
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
      io.out << status_document(answer, command);
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
  print_policies(pods, answer.report, io);
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
  print_pods(command, *answer, choose_pods(answer->report, command.targets), surroundings);
  if (report_unknown(command, answer->report, surroundings.io)) return ExitCode::not_found;
  return command.watch ? watch_status(command, *answer, agent, surroundings) : ExitCode::done;
}

}  // namespace maintenance::plugin
