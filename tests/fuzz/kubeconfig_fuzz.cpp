#include "plugin/kubeconfig/kubeconfig.h"

#include "plugin/kubeconfig/selection.h"

#include "tests/fuzz/require.h"

using namespace maintenance;

/// Any text is a kubeconfig or an error that names the file, and every choice from it is a value
/// or an error too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = plugin::parse_kubeconfig(text, "/home/me/.kube/config");
  if (!config) {
    testing::require(config.error().kind == ErrorKind::invalid);
    testing::require(config.error().message().find("/home/me/.kube/config") != std::string::npos);
    return 0;
  }
  const plugin::Kubeconfig twice = plugin::merge({*config, *config});
  testing::require(twice.clusters.size() == config->clusters.size());
  for (const plugin::ContextEntry& context : config->contexts) {
    plugin::Overrides overrides;
    overrides.context = context.name;
    const auto selection = plugin::select(twice, overrides);
    if (selection) testing::require(!selection->cluster.server.empty());
  }
  return 0;
}
