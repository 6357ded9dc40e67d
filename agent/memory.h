#pragma once

namespace maintenance::agent {

/// Makes malloc give memory back instead of keeping it for a next time that seldom comes: the agent
/// rests nearly always, and beside it on the node others want the memory. Called once, by main,
/// before there is any thread.
void keep_memory_small() noexcept;

/// Gives back to the system what earlier work has left behind in pieces. Some milliseconds; to be
/// called when there is nothing else to do. Thread-safe.
void give_memory_back() noexcept;

}  // namespace maintenance::agent
