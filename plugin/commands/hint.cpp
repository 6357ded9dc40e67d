#include "plugin/commands/hint.h"

#include "common/text/printable.h"
#include "plugin/cli/help.h"

namespace maintenance::plugin {

std::string next_command(const std::string& verb, const std::vector<std::string>& pods,
                         const ConnectionOptions& connection) {
  std::string out = std::string("'") + program_name + " " + verb;
  if (!pods.empty()) out += " pod";
  for (const std::string& pod : pods)
    out += " " + text::printable(pod);
  const auto add = [&out](const char* flag, const std::string& value) {
    if (!value.empty()) out += std::string(" ") + flag + " " + text::printable(value);
  };
  add("-n", connection.overrides.namespace_name);
  add("--instance", connection.instance);
  add("--context", connection.overrides.context);
  add("--kubeconfig", connection.overrides.kubeconfig);
  add("--server", connection.overrides.server);
  return out + "'";
}

}  // namespace maintenance::plugin
