#include "plugin/commands/inject.h"

#include "common/text/printable.h"
#include "plugin/commands/manifest_input.h"
#include "plugin/commands/surroundings.h"
#include "plugin/manifest/inject.h"

namespace maintenance::plugin {

ExitCode run_inject(const InjectCommand& command, Io& io, const FileReader& read) {
  const std::string shown = text::printable(command.file);
  const auto text = read_manifest(command.file, io.in, read);
  if (!text) {
    print_error(io.err, text.error());
    return exit_code_of(text.error().kind);
  }
  InjectOptions options;
  options.image = command.image;
  options.config_map = command.config_map;
  options.cassandra_image = command.cassandra_image;
  options.remove = command.remove;
  const auto plan = plan_injection(*text, options);
  if (!plan) {
    print_error(io.err, plan.error().within(shown));
    return exit_code_of(plan.error().kind);
  }
  for (const std::string& note : plan->notes)
    print_warning(io.err, shown + ": " + text::printable(note));
  io.out << (command.diff ? render_diff(shown, plan->before, plan->edits)
                          : apply_edits(plan->before, plan->edits));
  return ExitCode::done;
}

}  // namespace maintenance::plugin
