#include <unistd.h>

#include "agent/gate/program.h"
#include "agent/gate/watch.h"

int main(int argc, char** argv) {
  maintenance::gate::block_signals();
  std::size_t variables = 0;
  while (environ[variables] != nullptr)
    ++variables;
  const std::size_t first = argc > 0 ? 1 : 0;
  return maintenance::gate::run_program({argv + first, static_cast<std::size_t>(argc) - first},
                                        {environ, variables});
}
