#include <algorithm>
#include <set>
#include <string>

#include "common/text/names.h"
#include "common/text/printable.h"
#include "plugin/cli/parse.h"
#include "plugin/cli/suggest.h"
#include "plugin/manifest/edits.h"
#include "tests/fuzz/require.h"

using namespace maintenance;

namespace {

/// What it is about is said in exactly one way, in names that can be part of a URL.
void require_clear(const plugin::Targets& targets) {
  testing::require(
      int(!targets.names.empty()) + int(!targets.selector.empty()) + int(targets.all) == 1);
  testing::require(std::set(targets.names.begin(), targets.names.end()).size() ==
                   targets.names.size());
  for (const std::string& name : targets.names) {
    testing::require(targets.kind == plugin::TargetKind::pod ? text::is_subdomain(name)
                                                             : text::is_label_value(name));
  }
}

}  // namespace

/// Any words, one a line, are a command, or an error that can be shown on a terminal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto words = plugin::split_lines(std::string(reinterpret_cast<const char*>(data), size));
  const plugin::Command command = plugin::parse_command_line(words);
  if (const auto* error = std::get_if<plugin::UsageError>(&command)) {
    testing::require(!error->message.empty());
    std::string lines = error->message;
    std::replace(lines.begin(), lines.end(), '\n', ' ');
    testing::require(text::printable(lines, lines.size()) == lines);
  } else if (const auto* enable = std::get_if<plugin::EnableCommand>(&command)) {
    require_clear(enable->options.targets);
  } else if (const auto* disable = std::get_if<plugin::DisableCommand>(&command)) {
    require_clear(disable->options.targets);
  }
  (void)plugin::suggest(words);
  return 0;
}
