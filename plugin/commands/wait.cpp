#include "plugin/commands/wait.h"

#include <algorithm>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

using std::chrono::milliseconds;

milliseconds longer(milliseconds delay) {
  return std::min(delay + delay / 2, longest_poll_delay);
}

std::string shown(const std::string& pod) {
  return "pod/" + text::printable(pod);
}

}  // namespace

bool may_pass(ErrorKind kind) noexcept {
  return kind == ErrorKind::unreachable || kind == ErrorKind::timeout ||
         kind == ErrorKind::server || kind == ErrorKind::too_many || kind == ErrorKind::protocol;
}

State goal_of(Wish wish) noexcept {
  return wish == Wish::in ? State::held : State::normal;
}

std::string describe_place(const PodReport& report) {
  std::string out(to_string(report.state));
  if (!report.reality.empty()) out += ": " + text::printable(report.reality, 100);
  return out;
}

Waiter::Waiter(Agent& agent, const Clock& clock, Interrupts& interrupts, Progress& progress)
    : agent_(agent), clock_(clock), interrupts_(interrupts), progress_(progress) {}

Result<void> Waiter::look_at_one(Deadline until) {
  Pending& only = pending_.front();
  auto report = agent_.pod(only.pod, until);
  if (!report) return report.error();
  only.last = std::move(*report);
  return {};
}

/// One question for all of them, however many there are.
Result<void> Waiter::look_at_all(Deadline until) {
  auto status = agent_.status(until);
  if (!status) return status.error();
  for (Pending& pending : pending_) {
    const auto& pods = status->report.pods;
    const auto found = std::find_if(pods.begin(), pods.end(), [&](const PodReport& report) {
      return report.name == pending.pod;
    });
    pending.last = found == pods.end() ? std::nullopt : std::optional<PodReport>(*found);
  }
  return {};
}

Result<void> Waiter::look(Deadline until) {
  return pending_.size() == 1 ? look_at_one(until) : look_at_all(until);
}

std::optional<WaitEnd> Waiter::judge(const Pending& pending) const {
  using Outcome = WaitEnd::Outcome;
  if (!pending.last) {
    // Without a pod and without a record a wish to run is fulfilled, a wish to hold was undone.
    const Outcome outcome = wish_ == Wish::out ? Outcome::gone : Outcome::reverted;
    return WaitEnd{pending.pod, outcome, std::nullopt, std::nullopt};
  }
  if (pending.last->wish != wish_) {
    return WaitEnd{pending.pod, Outcome::reverted, pending.last, std::nullopt};
  }
  if (pending.last->state == goal_of(wish_)) {
    return WaitEnd{pending.pod, Outcome::reached, pending.last, std::nullopt};
  }
  return std::nullopt;
}

void Waiter::settle(const std::function<void(const WaitEnd&)>& ended) {
  std::vector<Pending> still;
  for (Pending& pending : pending_) {
    const auto end = judge(pending);
    if (end) {
      progress_.drop(shown(pending.pod));
      progress_.clear();
      ended(*end);
      continue;
    }
    progress_.update(shown(pending.pod), describe_place(*pending.last));
    still.push_back(std::move(pending));
  }
  pending_ = std::move(still);
}

void Waiter::end_all(WaitEnd::Outcome outcome, const std::optional<Error>& error,
                     const std::function<void(const WaitEnd&)>& ended) {
  progress_.clear();
  for (const Pending& pending : pending_) {
    progress_.drop(shown(pending.pod));
    ended(WaitEnd{pending.pod, outcome, pending.last, error});
  }
  pending_.clear();
}

bool Waiter::wait(Wish wish, std::vector<PodReport> pods, Deadline until,
                  const std::function<void(const WaitEnd&)>& ended) {
  wish_ = wish;
  pending_.clear();
  const Deadline began = clock_.steady_now();
  milliseconds delay = first_poll_delay;
  for (PodReport& pod : pods) {
    // Success is only ever said of what was read again: a pod that seems to be there is looked
    // at at once.
    const bool there = pod.state == goal_of(wish);
    if (there) delay = milliseconds(0);
    if (!there) progress_.update(shown(pod.name), describe_place(pod));
    pending_.push_back(Pending{pod.name, std::move(pod)});
  }
  int failures = 0;
  while (!pending_.empty()) {
    const Deadline now = clock_.steady_now();
    progress_.draw(std::chrono::duration_cast<std::chrono::seconds>(now - began));
    if (now >= until) {
      end_all(WaitEnd::Outcome::timed_out, std::nullopt, ended);
      break;
    }
    const auto left = std::chrono::ceil<milliseconds>(until - now);
    if (interrupts_.wait_for(std::min(delay, left))) return false;
    delay = std::max(longer(delay), first_poll_delay);
    const auto looked = look(until);
    if (interrupts_.raised()) return false;
    if (looked) {
      failures = 0;
      settle(ended);
    } else if (!may_pass(looked.error().kind) || ++failures >= failed_polls_max) {
      end_all(WaitEnd::Outcome::failed, looked.error(), ended);
    }
  }
  return true;
}

}  // namespace maintenance::plugin
