#include <string>

#include "plugin/manifest/edits.h"
#include "plugin/manifest/inject.h"
#include "plugin/manifest/lint.h"
#include "plugin/yaml/yaml.h"
#include "tests/fuzz/require.h"

using namespace maintenance;

namespace {

Result<std::string> injected(const std::string& text, bool remove) {
  const auto plan = plugin::plan_injection(
      text, {.image = "registry.test/agent:1", .config_map = "records", .remove = remove});
  if (!plan) return plan.error();
  return plugin::apply_edits(plan->before, plan->edits);
}

}  // namespace

/// Any text is a manifest or an error that says so. What `inject` makes of one can be read, and
/// doing it twice changes nothing; so does taking out what is not there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto report = plugin::lint_manifest(text, {});
  if (!report) testing::require(report.error().kind == ErrorKind::invalid);
  for (const bool remove : {false, true}) {
    const auto once = injected(text, remove);
    if (!once) {
      testing::require(once.error().kind == ErrorKind::invalid);
      continue;
    }
    testing::require(plugin::parse_yaml_documents(*once, "reading it again").ok());
    const auto twice = injected(*once, remove);
    testing::require(twice.ok() && *twice == *once);
  }
  return 0;
}
