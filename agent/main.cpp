// maintenance-agent: puts Cassandra pods into maintenance and takes them out again.
#include <span>

#include "agent/memory.h"
#include "agent/program.h"
#include "common/core_dump.h"

int main(int argc, char** argv) {
  maintenance::forbid_core_dumps();
  maintenance::agent::keep_memory_small();
  const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
  return maintenance::agent::run_program(arguments.subspan(arguments.empty() ? 0 : 1),
                                         maintenance::kube::process_environment());
}
