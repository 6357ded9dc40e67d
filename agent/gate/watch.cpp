#include "agent/gate/watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "agent/gate/processes.h"

namespace maintenance::gate {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Signals or batches of events taken in one go; the rest wakes the next wait at once.
constexpr int takes_max = 64;

/// poll() fails only when the kernel is out of memory; then this keeps the loop from spinning.
constexpr milliseconds pause_after_failure{50};

// A rename onto ..data, whichever way somebody else replaces it, and the end of the folder itself.
constexpr std::uint32_t event_mask =
    IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

sigset_t obeyed_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  // HUP and QUIT: some images set another STOPSIGNAL, and all of them mean the same here.
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD})
    ::sigaddset(&set, signal);
  return set;
}

}  // namespace

void block_signals() {
  const sigset_t set = obeyed_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  // An inherited "ignore" would swallow them before they reach the signal descriptor.
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD})
    ::signal(signal, SIG_DFL);
  // A log collector that went away must not end the hold.
  ::signal(SIGPIPE, SIG_IGN);
}

Watch::Watch(std::string directory) : directory_(std::move(directory)) {
  const sigset_t set = obeyed_signals();
  signals_ = Descriptor(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

bool Watch::arm() {
  // Tried again each time: inotify instances are counted per user on the whole node, and may be
  // used up now and free later.
  if (!events_) events_ = Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!events_) return false;
  const int watched = ::inotify_add_watch(events_.get(), directory_.c_str(), event_mask);
  if (watched_ >= 0 && watched != watched_) ::inotify_rm_watch(events_.get(), watched_);
  watched_ = watched;
  return watched >= 0;
}

Wake Watch::wait(milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  while (true) {
    reap_children();
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    const int left_ms = left.count() > 0 ? static_cast<int>(left.count()) : 0;
    std::array<pollfd, 2> sources{{{signals_.get(), POLLIN, 0}, {events_.get(), POLLIN, 0}}};
    const int ready = ::poll(sources.data(), sources.size(), left_ms);
    if (ready < 0 && errno != EINTR) {
      const timespec pause{0, std::chrono::nanoseconds(pause_after_failure).count()};
      ::nanosleep(&pause, nullptr);
    }
    if (ready > 0 && sources[0].revents != 0) {
      const int signal = take_signals();
      if (signal != 0) return {Wake::Reason::stopped, signal};
    }
    if (ready > 0 && sources[1].revents != 0) {
      drain_events();
      return {Wake::Reason::volume_changed, 0};
    }
    if (steady_clock::now() >= deadline) return {Wake::Reason::timeout, 0};
  }
}

int Watch::take_signals() {
  for (int take = 0; take < takes_max; ++take) {
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof info) != sizeof info) return 0;
    // A dead child is collected by wait(), whichever signal told of it.
    if (info.ssi_signo != SIGCHLD) return static_cast<int>(info.ssi_signo);
  }
  return 0;
}

void Watch::drain_events() {
  alignas(inotify_event) std::array<char, 4096> batch{};
  for (int take = 0; take < takes_max; ++take) {
    if (::read(events_.get(), batch.data(), batch.size()) <= 0) return;
  }
}

}  // namespace maintenance::gate
