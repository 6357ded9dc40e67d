#pragma once

namespace maintenance::gate {

/// How the gate ends. The kubelet starts the next container of the pod only after an init
/// container ended with 0, so for a gate that held, 0 means exactly one thing: this pod is not in
/// maintenance. Everything else, a signal included, makes the kubelet run the gate again, or
/// nothing at all when the pod is being deleted.
inline constexpr int exit_released = 0;  ///< not in maintenance; --status: held; --copy-to: done
inline constexpr int exit_failed = 1;    ///< the copy failed; --status: not held
inline constexpr int exit_usage = 2;     ///< a flag or a variable is wrong
inline constexpr int exit_signal_base = 128;  ///< plus the signal, as a shell does: SIGTERM is 143

}  // namespace maintenance::gate
