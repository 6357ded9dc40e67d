#include <windows.h>

#include <mutex>
#include <utility>

#include "plugin/commands/exit_code.h"
#include "plugin/commands/interrupts.h"
#include "plugin/commands/raised_flag.h"

namespace maintenance::plugin {
namespace {

class ProcessInterrupts;
/// Who hears of Ctrl-C: a control handler can be told nothing, so this has to be global. Windows
/// calls it on a thread of its own.
std::mutex armed_mutex;
ProcessInterrupts* armed = nullptr;

BOOL WINAPI on_control(DWORD kind);

class ProcessInterrupts final : public Interrupts {
 public:
  explicit ProcessInterrupts(std::function<void()> on_raise) : flag_(std::move(on_raise)) {}

  ~ProcessInterrupts() override {
    const std::lock_guard lock(armed_mutex);
    if (armed != this) return;
    SetConsoleCtrlHandler(on_control, FALSE);
    armed = nullptr;
  }

  void arm() override {
    const std::lock_guard lock(armed_mutex);
    if (armed != nullptr || SetConsoleCtrlHandler(on_control, TRUE) == 0) return;
    armed = this;
  }

  [[nodiscard]] bool raised() const override { return flag_.raised(); }
  void forget() override { flag_.forget(); }
  [[nodiscard]] bool wait_for(std::chrono::milliseconds duration) override {
    return flag_.wait_for(duration);
  }

  void raise() {
    if (flag_.raised()) ExitProcess(static_cast<UINT>(ExitCode::interrupted));  // they mean it
    flag_.raise();
  }

 private:
  RaisedFlag flag_;
};

BOOL WINAPI on_control(DWORD kind) {
  // Closing the window, logging off and shutting down leave a few seconds, and end the process when
  // the handler returns; the command goes on meanwhile.
  const bool over =
      kind == CTRL_CLOSE_EVENT || kind == CTRL_LOGOFF_EVENT || kind == CTRL_SHUTDOWN_EVENT;
  {
    const std::lock_guard lock(armed_mutex);
    if (armed == nullptr) return FALSE;
    armed->raise();
  }
  if (over) Sleep(INFINITE);
  return TRUE;
}

}  // namespace

std::unique_ptr<Interrupts> make_process_interrupts(std::function<void()> on_raise) {
  return std::make_unique<ProcessInterrupts>(std::move(on_raise));
}

}  // namespace maintenance::plugin
