#include "agent/reconcile/reconciler.h"

#include <algorithm>

namespace maintenance::agent {
namespace {

using std::chrono::milliseconds;

/// Longest that one piece of its work may take, as for a request.
constexpr std::chrono::seconds work_time_max{10};
/// Events come in bursts; one pass for all of them is enough.
constexpr milliseconds between_passes{250};
/// ... and the more there is to compare, the longer it rests: a tenth of a core at most.
constexpr int rest_per_work = 10;
constexpr milliseconds rest_max{2000};

std::string mark_of(const Snapshot& snapshot, const std::string& pod) {
  const kube::Pod* found = snapshot.find_pod(pod);
  const auto record = snapshot.records.find(pod);
  return (found == nullptr ? "" : found->metadata.uid) + "/" +
         (record == snapshot.records.end() ? "" : record->second.id);
}

}  // namespace

void Reconciler::with_operations(const std::function<void(Operations&)>& work) {
  kube::Client client = parts_.client.until(now() + work_time_max);
  Operations::Parts parts{client,
                          parts_.shared.settings,
                          parts_.shared.clock,
                          parts_.shared.random,
                          parts_.shared.turn,
                          parts_.shared.releases,
                          parts_.shared.view};
  Operations operations(parts);
  work(operations);
}

/// Old by a moment is good enough: a difference has to last before anything is done about it, and
/// then everything is read anew. Reading all of a large cluster after each change is not.
std::optional<Snapshot> Reconciler::look() {
  std::optional<Snapshot> seen;
  with_operations([&](Operations& operations) {
    auto looked = operations.glance(Operations::Trust::always);
    if (looked) seen = std::move(*looked);
  });
  return seen;
}

Deadline Reconciler::pass() {
  const auto seen = look();
  if (!seen) return now() + parts_.timing.retry_first;
  const Assessment found = assess(*seen, parts_.shared.clock.now());
  if (expire(found)) return now();
  say(found);
  chronicle_.look(*seen, found, parts_.shared.clock.now());
  check_drains(*seen);
  keep_ordered_note(*seen);
  release(*seen, found);
  restart_due(*seen, found);
  return next_pass(found);
}

void Reconciler::check_drains(const Snapshot& seen) {
  kube::Client client = parts_.client.until(now() + work_time_max);
  drains_.check(client, seen, parts_.shared.clock.now());
}

void Reconciler::keep_ordered_note(const Snapshot& seen) {
  kube::Client client = parts_.client.until(now() + work_time_max);
  ordered_note_.keep(client, seen, now());
}

void Reconciler::say(const Assessment& found) {
  const std::string violation = Verdict{found.violation}.summary();
  if (violation != said_violation_) {
    said_violation_ = violation;
    if (violation.empty()) {
      parts_.log.info("violation_ended", {{"outcome", "the records break no hard guard any more"}});
    } else {
      parts_.log.error("violation", {{"cause", violation},
                                     {"outcome", "nothing is restarted because of these records"}});
    }
  }
  for (const std::string& pod : found.missing) {
    if (said_missing_.contains(pod)) continue;
    parts_.log.warn("missing", {{"pod", pod}, {"outcome", "it has a record, and does not exist"}});
  }
  said_missing_ = found.missing;
}

bool Reconciler::expire(const Assessment& found) {
  if (found.expired.empty()) return false;
  bool changed = false;
  with_operations([&](Operations& operations) {
    const auto gone = operations.expire();
    if (!gone) {
      parts_.log.warn("expire_failed", {{"cause", gone.error().message()}});
      return;
    }
    for (const PodOutcome& one : gone->pods)
      note_expired(one);
    changed = !gone->pods.empty();
  });
  return changed;
}

void Reconciler::note_expired(const PodOutcome& one) {
  parts_.log.info("expired", {{"pod", one.pod}, {"outcome", "its record was removed"}});
  if (!parts_.tell) return;
  const auto minute = parts_.shared.clock.now().time_since_epoch() / std::chrono::minutes(1);
  parts_.tell({HappeningKind::expired, one.pod, one.uid, one.uid + std::to_string(minute),
               "the time of its maintenance was up; taken out"});
}

/// Once for each pod: the worker gives up by itself when a command keeps the gate busy.
void Reconciler::release(const Snapshot& seen, const Assessment& found) {
  std::erase_if(released_, [&](const auto& one) { return !found.leaving.contains(one.first); });
  for (const std::string& pod : found.leaving) {
    const std::string& uid = seen.find_pod(pod)->metadata.uid;
    if (std::exchange(released_[pod], uid) != uid) parts_.shared.releases.follow(pod);
  }
}

void Reconciler::restart_due(const Snapshot& seen, const Assessment& found) {
  std::erase_if(differences_, [&](const auto& one) { return !found.drifted.contains(one.first); });
  std::set<std::string> due;
  for (const std::string& pod : found.drifted) {
    const std::string mark = mark_of(seen, pod);
    Difference& difference = differences_[pod];
    if (difference.of != mark) {
      difference = Difference{mark, now() + parts_.timing.settle, parts_.timing.retry_first};
    }
    if (difference.act_at <= now()) due.insert(pod);
  }
  if (!due.empty()) restart(due);
}

/// The watches may be a moment behind, so everything is read and compared again first.
void Reconciler::restart(const std::set<std::string>& due) {
  std::optional<Snapshot> fresh;
  with_operations([&](Operations& operations) {
    auto looked = operations.look();
    if (looked) fresh = std::move(*looked);
  });
  if (!fresh) return;
  const Assessment found = assess(*fresh, parts_.shared.clock.now());
  for (const std::string& pod : due) {
    if (found.drifted.contains(pod) && differences_[pod].of == mark_of(*fresh, pod)) {
      restart_one(*fresh, pod);
    }
  }
}

void Reconciler::restart_one(const Snapshot& fresh, const std::string& pod) {
  Difference& difference = differences_[pod];
  difference.act_at = now() + difference.wait;
  difference.wait = std::min(difference.wait * 2, parts_.timing.retry_max);
  with_operations([&](Operations& operations) {
    const auto restarted = operations.restart(*fresh.find_pod(pod));
    if (restarted) {
      parts_.log.info("restarted", {{"pod", pod}, {"outcome", "it has a record, and was running"}});
    } else {
      parts_.log.warn("restart_failed", {{"pod", pod}, {"cause", restarted.error().message()}});
    }
  });
}

Deadline Reconciler::next_pass(const Assessment& found) const {
  Deadline next = now() + parts_.timing.tick;
  for (const auto& [pod, difference] : differences_)
    next = std::min(next, std::max(difference.act_at, now()));
  if (found.next_end) {
    const auto left = *found.next_end - parts_.shared.clock.now();
    next = std::min(next, now() + std::chrono::ceil<milliseconds>(left));
  }
  return next;
}

ReconcilerThread::ReconcilerThread(Reconciler& reconciler, Doorbell& doorbell, const Clock& clock)
    : reconciler_(reconciler), doorbell_(doorbell), clock_(clock), thread_([this] {
        run();
        stopped_ = true;
      }) {}

ReconcilerThread::~ReconcilerThread() {
  request_stop();
  thread_.join();
}

void ReconcilerThread::run() {
  while (!doorbell_.closed()) {
    const Deadline began = clock_.steady_now();
    const Deadline next = reconciler_.pass();
    const Deadline ended = clock_.steady_now();
    const auto rest = std::min<Deadline::duration>((ended - began) * rest_per_work, rest_max);
    doorbell_.rest_until(ended + std::max<Deadline::duration>(rest, between_passes));
    doorbell_.wait_until(next);
  }
}

}  // namespace maintenance::agent
