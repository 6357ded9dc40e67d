#include "plugin/commands/config.h"

#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/agent.h"
#include "plugin/output/document.h"
#include "plugin/output/table.h"

namespace maintenance::plugin {
namespace {

std::string table_of(const Records& records) {
  std::vector<TableRow> rows{{"POD", "BY", "SINCE", "UNTIL", "REASON"}};
  for (const auto& [pod, record] : records) {
    const std::string by = record.by.empty() || record.verified ? record.by : record.by + " (?)";
    rows.push_back({pod, by, time_cell(record.since), time_cell(record.until), record.reason});
  }
  return render_table(rows);
}

}  // namespace

ExitCode run_config(const ConfigCommand& command, Surroundings& surroundings) {
  Io& io = surroundings.io;
  Agent agent(surroundings.link.transport(), surroundings.clock,
              command.connection.request_timeout);
  const auto object = agent.config_map(agent.soon());
  if (!object) {
    print_error(io.err, object.error());
    return exit_code_of(object.error().kind);
  }
  if (is_document(command.format)) {
    io.out << render_document(*object->raw(), command.format);
    return ExitCode::done;
  }
  const Records records = parse_records(object->text_map("data"));
  if (command.format == Format::name) {
    for (const auto& [pod, record] : records)
      io.out << target_name(TargetKind::pod, pod) << '\n';
  } else if (records.empty()) {
    io.err << "No pod is in maintenance: ConfigMap "
           << text::quoted(object->object("metadata").text("name")) << " has no records.\n";
  } else {
    io.out << table_of(records);
  }
  return ExitCode::done;
}

}  // namespace maintenance::plugin
