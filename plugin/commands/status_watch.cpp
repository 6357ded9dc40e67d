#include "plugin/commands/status_watch.h"

#include <map>

#include "common/text/json.h"
#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/status.h"
#include "plugin/commands/status_table.h"
#include "plugin/commands/wait.h"
#include "plugin/output/document.h"

namespace maintenance::plugin {
namespace {

using Seen = std::map<std::string, PodReport>;

Seen seen_of(const StatusAnswer& answer, const std::optional<Targets>& targets) {
  Seen out;
  for (PodReport& pod : choose_pods(answer.report, targets))
    out.emplace(pod.name, pod);
  return out;
}

/// Pods that are other than before, as they are now. One that is gone has no state any more.
std::vector<TableRow> changes(const Seen& before, const Seen& now, const ClusterReport& report,
                              bool wide, const Clock& clock) {
  std::vector<TableRow> rows;
  for (const auto& [name, pod] : now) {
    const auto old = before.find(name);
    const bool same = old != before.end() && text::to_json(*report_to_json(old->second)) ==
                                                 text::to_json(*report_to_json(pod));
    if (!same) rows.push_back(status_row(pod, report, wide, clock));
  }
  for (const auto& [name, pod] : before) {
    if (now.contains(name)) continue;
    TableRow row = status_row(pod, report, wide, clock);
    row.at(status_state_column) = "gone";
    rows.push_back(std::move(row));
  }
  return rows;
}

void print(const StatusCommand& command, const StatusAnswer& answer,
           const std::vector<TableRow>& rows, GrowingTable& table, std::ostream& out) {
  if (rows.empty()) return;
  if (command.format == Format::yaml) out << "---\n";
  if (is_document(command.format)) {
    out << status_document(answer, command);
  } else if (command.format == Format::name) {
    for (const TableRow& row : rows)
      out << target_name(TargetKind::pod, row.front()) << '\n';
  } else {
    out << table.render(rows);
  }
  out << std::flush;
}

}  // namespace

ExitCode watch_status(const StatusCommand& command, const StatusAnswer& first, Agent& agent,
                      Surroundings& surroundings) {
  const bool wide = command.format == Format::wide;
  Seen before = seen_of(first, command.targets);
  GrowingTable table;
  std::vector<TableRow> shown{status_heading(wide)};
  for (const auto& [name, pod] : before)
    shown.push_back(status_row(pod, first.report, wide, surroundings.clock));
  // The columns go on where those of the first look are.
  [[maybe_unused]] const std::string printed_before = table.render(shown);
  surroundings.io.out.flush();
  int failures = 0;
  while (!surroundings.interrupts.wait_for(watch_period)) {
    const auto answer = agent.status(agent.soon());
    if (!answer) {
      if (!may_pass(answer.error().kind) || ++failures >= failed_looks_max) {
        print_error(surroundings.io.err, answer.error());
        return exit_code_of(answer.error().kind);
      }
      if (failures == 1) {
        print_warning(surroundings.io.err, answer.error().message() + "; trying again");
      }
      continue;
    }
    failures = 0;
    Seen now = seen_of(*answer, command.targets);
    print(command, *answer, changes(before, now, answer->report, wide, surroundings.clock), table,
          surroundings.io.out);
    if (!surroundings.io.out) return ExitCode::error;
    before = std::move(now);
  }
  return ExitCode::interrupted;
}

}  // namespace maintenance::plugin
