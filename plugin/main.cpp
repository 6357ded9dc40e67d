#include <iostream>

#include "plugin/program.h"

int main(int argc, char** argv) {
  using namespace maintenance;
  const auto terminal = plugin::make_process_terminal();
  plugin::Io io{std::cin, std::cout, std::cerr, *terminal};
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return plugin::run_program(words, io, kube::process_environment());
}
