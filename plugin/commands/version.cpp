#include "plugin/commands/version.h"

#include "common/text/printable.h"
#include "plugin/commands/agent.h"
#include "plugin/output/document.h"

namespace maintenance::plugin {
namespace {

const std::string own_version = "v" MAINTENANCE_VERSION;

/// "v1.2" of "v1.2.3".
std::string minor_of(const std::string& version) {
  return version.substr(0, version.find('.', version.find('.') + 1));
}

}  // namespace

std::optional<std::string> version_skew(const std::string& agent) {
  if (minor_of(agent) == minor_of(own_version)) return std::nullopt;
  return "client " + own_version + " and agent " + text::printable(agent) +
         " differ in more than the patch version; use the plugin of the agent's release";
}

void print_versions(const VersionCommand& command, const std::optional<std::string>& agent,
                    Io& io) {
  if (is_document(command.format)) {
    Poco::JSON::Object out(Poco::JSON_PRESERVE_KEY_ORDER);
    out.set("clientVersion", own_version);
    if (agent) out.set("agentVersion", *agent);
    io.out << render_document(out, command.format);
  } else if (command.format == Format::name) {
    io.out << own_version << '\n';
  } else {
    io.out << "Client Version: " << own_version << '\n';
    if (agent) io.out << "Agent Version: " << text::printable(*agent) << '\n';
  }
}

ExitCode run_version(const VersionCommand& command, Surroundings& surroundings) {
  Agent agent(surroundings.link.transport(), surroundings.clock,
              command.connection.request_timeout);
  const auto answer = agent.status(agent.soon());
  if (!answer) {
    print_versions(command, std::nullopt, surroundings.io);
    print_error(surroundings.io.err, answer.error());
    return exit_code_of(answer.error().kind);
  }
  const std::string version = "v" + answer->report.agent_version;
  print_versions(command, version, surroundings.io);
  if (const auto skew = version_skew(version)) print_warning(surroundings.io.err, *skew);
  return ExitCode::done;
}

}  // namespace maintenance::plugin
