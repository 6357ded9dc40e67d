#include <iostream>

#include "common/core_dump.h"
#include "plugin/program.h"

int main(int argc, char** argv) {
  using namespace maintenance;
  forbid_core_dumps();
  const auto terminal = plugin::make_process_terminal();
  plugin::Io io{std::cin, std::cout, std::cerr, *terminal};
  return plugin::run_program(plugin::words_of(argc, argv), io, kube::process_environment());
}
