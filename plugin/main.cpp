#include <iostream>

#include "common/core_dump.h"
#include "plugin/output/renaming.h"
#include "plugin/program.h"

int main(int argc, char** argv) {
  using namespace maintenance;
  forbid_core_dumps();
  const auto terminal = plugin::make_process_terminal();
  const auto called = plugin::program_name_of(argc > 0 ? argv[0] : "");
  plugin::RenamingBuffer renaming(std::cerr, called);
  std::ostream err(&renaming);
  plugin::Io io{std::cin, std::cout, err, *terminal};
  return plugin::run_program(plugin::words_of(argc, argv), io, kube::process_environment(), called);
}
