#pragma once

namespace maintenance::agent {

/// Makes malloc give memory back instead of keeping it for a next time that seldom comes: the agent
/// rests nearly always, and beside it on the node others want the memory. Called once, by main,
/// before there is any thread.
void keep_memory_small() noexcept;

/// Gives back to the system the free memory between what is in use. Some milliseconds; called now
/// and then, when there is most likely nothing to do. Thread-safe.
void give_memory_back() noexcept;

}  // namespace maintenance::agent
