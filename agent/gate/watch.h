#pragma once

#include <chrono>
#include <string>

#include "agent/gate/descriptor.h"

namespace maintenance::gate {

/// Why a wait ended.
struct Wake {
  enum class Reason { timeout, volume_changed, stopped };
  Reason reason = Reason::timeout;
  int signal = 0;  ///< Reason::stopped: which one asked for it
};

/// What the gate's loop needs in order to wait; a test puts its own in place. Used by one thread.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Watches the volume from now on (again, if it was replaced). Called before each look, so that
  /// no change between a look and the wait after it is lost. False: changes will not be noticed.
  [[nodiscard]] virtual bool arm() = 0;
  [[nodiscard]] virtual Wake wait(std::chrono::milliseconds timeout) = 0;
};

/// Makes the signals that the gate obeys wait for Watch. To be called first of all in main():
/// process 1 has no default actions, a signal that comes earlier is lost.
void block_signals();

/// Waits for a change of the folder, a signal, or a time-out, whichever is first; collects dead
/// children meanwhile. Owned by the program; needs block_signals() before. One per process.
///
/// The FOLDER is watched: the kubelet renames a link onto `..data`, which is an event of the
/// folder, while a watch on the record's file would die with the first version it was put on.
class Watch final : public Waiter {
 public:
  explicit Watch(std::string directory);

  /// False: signals cannot be received (the kernel is out of memory or of files).
  [[nodiscard]] bool ready() const { return static_cast<bool>(signals_); }
  [[nodiscard]] bool arm() override;
  [[nodiscard]] Wake wait(std::chrono::milliseconds timeout) override;

 private:
  /// The first signal that asks to stop, or 0.
  int take_signals();
  void drain_events();

  std::string directory_;
  Descriptor signals_;
  Descriptor events_;
  int watched_ = -1;
};

}  // namespace maintenance::gate
