#pragma once

#include <string>
#include <vector>

#include "plugin/cli/parse.h"
#include "plugin/cli/program_name.h"

namespace maintenance::plugin {

/// A manual page as man reads it. A plain value.
struct ManPage {
  std::string file;  ///< "kubectl-maintenance-enable.1"
  std::string text;
};

/// The page of one command.
[[nodiscard]] ManPage man_page(const CommandReference& reference, const ProgramName& called);
/// The program's page and one for each command, from what -h says.
[[nodiscard]] std::vector<ManPage> man_pages(const ProgramName& called);

}  // namespace maintenance::plugin
