#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

#include "plugin/commands/exit_code.h"
#include "plugin/commands/interrupts.h"
#include "plugin/commands/raised_flag.h"

namespace maintenance::plugin {
namespace {

constexpr char byte_signal = 's';
constexpr char byte_quit = 'q';
constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGHUP};

/// The pipe's writing end: a signal handler can be told nothing, so this has to be global.
std::atomic<int> signal_pipe{-1};
static_assert(std::atomic<int>::is_always_lock_free, "read from a signal handler");

void on_signal(int /*number*/) {
  const int saved = errno;
  const char byte = byte_signal;
  // A full pipe already holds a signal; there is nothing to do about any other failure here.
  [[maybe_unused]] const auto written = write(signal_pipe.load(), &byte, 1);
  errno = saved;
}

class ProcessInterrupts final : public Interrupts {
 public:
  explicit ProcessInterrupts(std::function<void()> on_raise) : flag_(std::move(on_raise)) {}

  ~ProcessInterrupts() override {
    if (!thread_.joinable()) return;
    for (std::size_t i = 0; i < signals.size(); ++i)
      sigaction(signals.at(i), &before_.at(i), nullptr);
    signal_pipe.store(-1);
    const char byte = byte_quit;
    [[maybe_unused]] const auto written = write(pipe_.at(1), &byte, 1);
    thread_.join();
    close(pipe_.at(0));
    close(pipe_.at(1));
  }

  void arm() override {
    if (thread_.joinable() || pipe(pipe_.data()) != 0) return;  // then Ctrl-C ends us at once
    for (const int end : pipe_)
      fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(pipe_.at(1), F_SETFL, O_NONBLOCK);
    signal_pipe.store(pipe_.at(1));
    thread_ = std::thread([this] { listen(); });
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      sigaction(signals.at(i), nullptr, &before_.at(i));
      // nohup and background jobs of a shell start us with the signal ignored; so be it.
      if (before_.at(i).sa_handler != SIG_IGN) sigaction(signals.at(i), &action, nullptr);
    }
  }

  [[nodiscard]] bool raised() const override { return flag_.raised(); }
  void forget() override { flag_.forget(); }
  [[nodiscard]] bool wait_for(std::chrono::milliseconds duration) override {
    return flag_.wait_for(duration);
  }

 private:
  void listen() {
    char byte = 0;
    while (true) {
      const auto got = read(pipe_.at(0), &byte, 1);
      if (got < 0 && errno == EINTR) continue;
      if (got != 1 || byte == byte_quit) return;
      if (flag_.raised()) _exit(static_cast<int>(ExitCode::interrupted));  // they mean it
      flag_.raise();
    }
  }

  RaisedFlag flag_;
  std::array<int, 2> pipe_{-1, -1};
  std::array<struct sigaction, signals.size()> before_{};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Interrupts> make_process_interrupts(std::function<void()> on_raise) {
  return std::make_unique<ProcessInterrupts>(std::move(on_raise));
}

}  // namespace maintenance::plugin
