#include "agent/memory.h"

// For the name of the C library, which any of its headers defines.
#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

// Static builds have jemalloc (krew/cross/libraries.sh). Its header says things of free() and
// others that musl's contradicts, so what is used of it is declared here; all of it is in
// jemalloc(3).
#if defined(MAINTENANCE_JEMALLOC)
extern "C" {
extern const char* malloc_conf;
int mallctl(const char* name, void* old, size_t* old_size, void* set_to, size_t set_size);
}

// jemalloc reads it before main(). Our threads mostly wait for the network: one arena without
// caches of threads is as quick, and what one thread has freed the next one uses; with a heap for
// each thread (mimalloc) the agent had 2 MB more. Free pages are kept for a second of work, which
// saves a third of the CPU time of a request; give_memory_back() takes them from who rests. A huge
// page would be 2 MB for its first byte.
const char* malloc_conf =
    "narenas:1,tcache:false,dirty_decay_ms:1000,muzzy_decay_ms:0,thp:never,abort_conf:true";
#endif

namespace maintenance::agent {
#if defined(MAINTENANCE_JEMALLOC)

void keep_memory_small() noexcept {}

// Its only failure is an unknown name.
void give_memory_back() noexcept {
  static_cast<void>(mallctl("arena.0.purge", nullptr, nullptr, nullptr, 0));
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
