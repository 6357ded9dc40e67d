#include "agent/gate/gate.h"

#include <csignal>

#include "agent/gate/exit_codes.h"

namespace maintenance::gate {
namespace {

std::string signal_name(int signal) {
  switch (signal) {
    case SIGTERM:
      return "SIGTERM";
    case SIGINT:
      return "SIGINT";
    case SIGHUP:
      return "SIGHUP";
    case SIGQUIT:
      return "SIGQUIT";
    default:
      return "signal " + std::to_string(signal);
  }
}

}  // namespace

std::chrono::milliseconds next_pause(std::chrono::milliseconds pause) {
  return std::min(pause * 2, processes_pause_max);
}

int Gate::run() {
  // Ends by a release or a signal; holding for as long as it takes is what the gate is for.
  while (true) {
    const bool watched = parts_.waiter.arm();
    const Pause pause = advance(parts_.volume.look());
    if (!pause) return exit_released;
    const auto poll = watched ? poll_watched : poll_unwatched;
    const Wake wake = parts_.waiter.wait(std::min(*pause, poll));
    if (wake.reason == Wake::Reason::stopped) return stop(wake.signal);
  }
}

Gate::Pause Gate::advance(const View& view) {
  switch (view.presence) {
    case Presence::present:
      hold();
      return poll_watched;
    case Presence::unreadable:
      hold_blind(view.reason);
      return poll_watched;
    case Presence::absent:
      return release();
  }
  return poll_watched;
}

void Gate::hold() {
  if (state_ == State::holding) return;
  if (!held_) held_since_ = parts_.clock.steady_now();
  const bool again = state_ == State::waiting_for_processes;
  parts_.log.info(again ? "holding again: the pod has a new record"
                        : "holding: the pod is in maintenance; to release it: " + disable_command(),
                  {{"pod", pod_}});
  held_ = true;
  state_ = State::holding;
}

void Gate::hold_blind(const std::string& reason) {
  const auto now = parts_.clock.steady_now();
  if (!held_) held_since_ = now;
  held_ = true;
  if (blind_messages_.due(now, reason)) {
    parts_.log.error(
        "holding: it cannot be told whether the pod is in maintenance; "
        "its volumes and events: kubectl describe pod " +
            pod_,
        {{"pod", pod_}, {"reason", reason}});
  }
  state_ = State::blind;
}

Gate::Pause Gate::release() {
  if (state_ != State::waiting_for_processes) log_release();
  const Census census = parts_.processes.others();
  if (census.alone()) {
    parts_.log.info("ended: the pod goes on to its next container",
                    {{"pod", pod_}, {"after_ms", milliseconds_since(released_at_)}});
    return std::nullopt;
  }
  log_processes(census);
  const auto pause = pause_;
  pause_ = next_pause(pause_);
  return pause;
}

void Gate::log_release() {
  state_ = State::waiting_for_processes;
  pause_ = processes_pause_min;
  process_messages_ = {};
  released_at_ = parts_.clock.steady_now();
  if (held_) {
    parts_.log.info("released: the pod is not in maintenance",
                    {{"pod", pod_}, {"held_ms", milliseconds_since(held_since_)}});
  } else {
    parts_.log.info("not held: the pod is not in maintenance", {{"pod", pod_}});
  }
  held_ = false;
}

void Gate::log_processes(const Census& census) {
  const bool known = census.unreadable.empty();
  const std::string others = census.summary();
  if (!process_messages_.due(parts_.clock.steady_now(), others)) return;
  const std::string what = known ? "other processes still run in this container"
                                 : "it cannot be told whether others run in this container";
  parts_.log.warn("released, but " + what + "; the gate ends when there are none, or by: " +
                      disable_command() + " --force",
                  {{"pod", pod_}, {"processes", others}});
}

int Gate::stop(int signal) {
  const int code = exit_signal_base + signal;
  // The other processes die with the gate: the log tells what was cut off.
  parts_.log.warn("stopped by a signal; this is not a release",
                  {{"pod", pod_},
                   {"signal", signal_name(signal)},
                   {"exit_code", std::to_string(code)},
                   {"processes", parts_.processes.others().summary()}});
  return code;
}

std::string Gate::disable_command() const {
  return "kubectl maintenance disable pod " + pod_;
}

std::string Gate::milliseconds_since(Throttle::Time then) const {
  const auto past = parts_.clock.steady_now() - then;
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(past).count());
}

}  // namespace maintenance::gate
