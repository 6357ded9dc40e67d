#include "agent/restart/release_worker.h"

#include <algorithm>

#include "agent/policy/plan.h"
#include "agent/restart/touch.h"

namespace maintenance::agent {

ReleaseWorker::ReleaseWorker(Parts parts)
    : parts_(std::move(parts)), thread_([this] {
        run();
        stopped_ = true;
      }) {}

ReleaseWorker::~ReleaseWorker() {
  request_stop();
  thread_.join();
}

void ReleaseWorker::request_stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

std::size_t ReleaseWorker::following() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void ReleaseWorker::follow(const std::string& pod) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= followed_pods_max && !jobs_.contains(pod)) return;
    const auto now = Steady::now();
    jobs_[pod] =
        Job{now + parts_.timing.first, now + parts_.timing.give_up_after, parts_.timing.first};
  }
  changed_.notify_all();
}

/// Waits until a pod is due and gives back its name; empty when the worker is to stop.
std::string ReleaseWorker::next_due(std::unique_lock<std::mutex>& lock) {
  while (!stopping_) {
    const auto earliest = std::min_element(
        jobs_.begin(), jobs_.end(),
        [](const auto& a, const auto& b) { return a.second.next < b.second.next; });
    if (earliest == jobs_.end()) {
      changed_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      continue;
    }
    const auto due = earliest->second.next;
    if (due <= Steady::now()) return earliest->first;
    changed_.wait_until(lock, due);
  }
  return {};
}

void ReleaseWorker::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    const std::string pod = next_due(lock);
    if (pod.empty()) return;
    Job& job = jobs_[pod];
    job.wait = std::min(job.wait * 2, parts_.timing.longest);
    job.next = Steady::now() + job.wait;
    lock.unlock();
    const Outcome outcome = look_at(pod);
    settle(pod, outcome);
    lock.lock();
  }
}

ReleaseWorker::Outcome ReleaseWorker::look_at(const std::string& pod) {
  const auto records = parts_.client.get_config_map(parts_.config_map);
  if (!records) return Outcome::look_again;
  if (records->data.contains(pod)) return Outcome::recorded_again;
  const auto found = parts_.client.find_pod(pod);
  if (!found) return Outcome::look_again;
  switch (gate_passage(*found ? &**found : nullptr, parts_.containers)) {
    case GatePassage::passed:
      return Outcome::let_through;
    case GatePassage::going_away:
      return Outcome::look_again;  // its successor may still mount what was true before
    case GatePassage::before:
    case GatePassage::at_gate:
      break;
  }
  if (*found) {
    // A failed touch is no loss: the next one follows.
    [[maybe_unused]] const auto touched =
        touch_pod(parts_.client, parts_.clock, pod, records->metadata.resource_version);
  }
  return Outcome::look_again;
}

void ReleaseWorker::settle(const std::string& pod, Outcome outcome) {
  bool given_up = false;
  {
    const std::lock_guard lock(mutex_);
    const auto job = jobs_.find(pod);
    if (job == jobs_.end()) return;
    given_up = outcome == Outcome::look_again && Steady::now() >= job->second.give_up;
    if (outcome == Outcome::look_again && !given_up) return;
    jobs_.erase(job);
  }
  if (outcome == Outcome::let_through) {
    parts_.log.info("released", {{"pod", pod}, {"outcome", "let through by its gate"}});
  } else if (given_up) {
    parts_.log.warn(
        "release_not_seen",
        {{"pod", pod}, {"outcome", "not seen past its gate; a command may still run in it"}});
  }
}

}  // namespace maintenance::agent
