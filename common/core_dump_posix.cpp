#include <sys/resource.h>

#include "common/core_dump.h"

namespace maintenance {
namespace {

#ifdef __linux__
/// Less than any dump needs. Linux minds a limit of zero for files only, and gives a dump all the
/// same to a program that collects them (core(5), systemd-coredump); with one it does neither
/// (fs/coredump.c).
constexpr rlim_t core_bytes_max = 1;
#else
constexpr rlim_t core_bytes_max = 0;
#endif

}  // namespace

void forbid_core_dumps() noexcept {
  const rlimit little{core_bytes_max, core_bytes_max};
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &little) != 0) (void)::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace maintenance
