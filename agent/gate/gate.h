#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/gate/log.h"
#include "agent/gate/processes.h"
#include "agent/gate/throttle.h"
#include "agent/gate/volume.h"
#include "agent/gate/watch.h"
#include "common/clock.h"

namespace maintenance::gate {

/// Events bring each change at once; the poll is for what they miss (a node that is out of inotify
/// instances later, a file system that has no events).
inline constexpr std::chrono::milliseconds poll_watched{2000};
/// Without events the poll is all there is, and a release must take less than 100 ms. A look costs
/// a few microseconds.
inline constexpr std::chrono::milliseconds poll_unwatched{50};
/// Waiting for other processes: quick for a command that is just ending, calm for a long backup.
inline constexpr std::chrono::milliseconds processes_pause_min{200};
inline constexpr std::chrono::milliseconds processes_pause_max{1000};

/// The pause after `pause` while other processes still run.
[[nodiscard]] std::chrono::milliseconds next_pause(std::chrono::milliseconds pause);

/// What the gate works with. Borrowed; all of it outlives the gate.
struct Parts {
  Volume& volume;
  ProcessList& processes;
  Waiter& waiter;
  const Clock& clock;
  Log& log;
};

/// Holds one pod. Owned by the program, used by one thread, run once.
///
/// It ends with exit_released only right after it has seen, in this order, that there is no record
/// and that nobody else is in the container; and with a signal's code otherwise. Ending in spite of
/// other processes is not its business: `disable --force` deletes the pod, and the gate obeys the
/// SIGTERM of that.
class Gate {
 public:
  Gate(std::string pod, Parts parts) : pod_(std::move(pod)), parts_(parts) {}

  /// Returns the exit code.
  [[nodiscard]] int run();

 private:
  enum class State { started, holding, blind, waiting_for_processes };
  using Pause = std::optional<std::chrono::milliseconds>;

  /// Decides on one look: how long to wait for the next one, or nothing when the gate is open.
  Pause advance(const View& view);
  void hold();
  void hold_blind(const std::string& reason);
  Pause release();
  void log_release();
  void log_processes(const Census& census);
  int stop(int signal);
  [[nodiscard]] std::string disable_command() const;
  [[nodiscard]] std::string milliseconds_since(Throttle::Time then) const;

  std::string pod_;
  Parts parts_;
  State state_ = State::started;
  bool held_ = false;  ///< a record was seen, or could not be ruled out, since the start
  Throttle::Time held_since_;
  Throttle::Time released_at_;
  std::chrono::milliseconds pause_ = processes_pause_min;
  Throttle blind_messages_;
  Throttle process_messages_;
};

}  // namespace maintenance::gate
