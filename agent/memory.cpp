#include "agent/memory.h"

// For the name of the C library, which any of its headers defines.
#include <cstdlib>

// Static builds have mimalloc (krew/cross/libraries.sh).
#if defined(MAINTENANCE_MIMALLOC)
#include <mimalloc.h>
#elif defined(__GLIBC__)
#include <malloc.h>
#endif

namespace maintenance::agent {
#if defined(MAINTENANCE_MIMALLOC)

// A thread would give back what it has freed when it frees something more, some milliseconds later:
// a thread that rests instead keeps it, and mi_collect() reaches the caller's alone.
void keep_memory_small() noexcept {
  mi_option_set(mi_option_decommit_delay, 0);
  mi_option_enable(mi_option_abandoned_page_decommit);
}

void give_memory_back() noexcept {
  mi_collect(true);
}

#elif defined(__GLIBC__)
namespace {

/// malloc would make an arena for nearly every thread, each with its own unused rest. Our threads
/// mostly wait for the network, so they hardly ever want one at the same time.
constexpr int arenas_max = 2;

/// From this size on a block is mapped by itself and unmapped when it is freed: the text of an
/// answer, in short. Named, because otherwise malloc raises it with each such block that is freed.
constexpr int mapped_block_bytes_min = 128 * 1024;

/// Free memory at the top of the heap that is kept.
constexpr int kept_bytes_max = 256 * 1024;

}  // namespace

void keep_memory_small() noexcept {
  // Each can only fail for an unknown number; then malloc does as it always does.
  static_cast<void>(mallopt(M_ARENA_MAX, arenas_max));
  static_cast<void>(mallopt(M_MMAP_THRESHOLD, mapped_block_bytes_min));
  static_cast<void>(mallopt(M_TRIM_THRESHOLD, kept_bytes_max));
}

void give_memory_back() noexcept {
  static_cast<void>(malloc_trim(0));
}

#else

void keep_memory_small() noexcept {}

void give_memory_back() noexcept {}

#endif

}  // namespace maintenance::agent
