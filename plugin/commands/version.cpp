#include "plugin/commands/version.h"

#include "plugin/output/json.h"

namespace maintenance::plugin {

ExitCode run_version(const VersionCommand& command, Io& io) {
  const std::string version = "v" MAINTENANCE_VERSION;
  if (command.format == Format::json) {
    Poco::JSON::Object out;
    out.set("clientVersion", version);
    io.out << render_json(out);
  } else if (command.format == Format::name) {
    io.out << version << '\n';
  } else {
    io.out << "Client Version: " << version << '\n';
  }
  return ExitCode::done;
}

}  // namespace maintenance::plugin
