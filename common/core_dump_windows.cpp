#include <windows.h>

#include "common/core_dump.h"

namespace maintenance {

/// Windows writes dumps for those who have asked for them (Windows Error Reporting, LocalDumps);
/// what a program can do about it is to end without asking for one.
void forbid_core_dumps() noexcept {
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
}

}  // namespace maintenance
