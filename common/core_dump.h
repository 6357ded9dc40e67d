#pragma once

namespace maintenance {

/// From now on neither this process nor one that it starts leaves a core dump, whatever way it
/// ends: tokens and keys are in our memory. Called first thing by main; best effort, as whoever
/// runs us may have forbidden to change limits.
void forbid_core_dumps() noexcept;

}  // namespace maintenance
