#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace maintenance::plugin {

/// Ctrl-C. Until armed, a signal ends the process at once, as nothing has happened yet; once armed
/// the command gets the chance to say what it leaves behind. Owned by the program; wait_for and
/// raised may be called from the command's thread only.
class Interrupts {
 public:
  virtual ~Interrupts() = default;
  virtual void arm() = 0;
  [[nodiscard]] virtual bool raised() const = 0;
  /// Waits; true, at once, when interrupted.
  [[nodiscard]] virtual bool wait_for(std::chrono::milliseconds duration) = 0;
  /// The command has taken note and goes on with something else: the next signal counts anew.
  virtual void forget() = 0;
};

/// The process's own: SIGINT, SIGTERM and SIGHUP. `on_raise` runs on another thread and makes
/// blocked calls return; a second signal ends the process. One at a time.
[[nodiscard]] std::unique_ptr<Interrupts> make_process_interrupts(std::function<void()> on_raise);

}  // namespace maintenance::plugin
