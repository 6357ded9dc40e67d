#include "agent/observe/event_writer.h"

#include <algorithm>

namespace maintenance::agent {

EventWriter::EventWriter(Parts parts)
    : parts_(std::move(parts)), thread_([this] {
        run();
        stopped_ = true;
      }) {}

EventWriter::~EventWriter() {
  request_stop();
  thread_.join();
}

void EventWriter::report(kube::Event event) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= waiting_events_max) {
      lose(event, "too many wait");
      return;
    }
    waiting_.push_back(std::move(event));
  }
  changed_.notify_all();
}

void EventWriter::request_stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void EventWriter::lose(const kube::Event& event, const std::string& why) {
  parts_.metrics.count_lost_event();
  parts_.log.debug("event_lost",
                   {{"pod", event.regarding_name}, {"reason", event.reason}, {"cause", why}});
}

/// When the next Event may go out. Each one moves the mark on by its distance; time that nobody
/// used is credit, as much as a burst needs.
std::chrono::steady_clock::time_point EventWriter::next_time() {
  const auto now = std::chrono::steady_clock::now();
  const auto most_credit = now - events_at_once * between_events;
  credit_from_ = std::max(credit_from_, most_credit) + between_events;
  return credit_from_;
}

void EventWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (!stopping_) changed_.wait_until(lock, next_time(), [&] { return stopping_; });
    if (stopping_) return;
    const kube::Event event = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const auto written = parts_.client.create_event(event);
    if (!written) lose(event, written.error().message());
    lock.lock();
  }
}

}  // namespace maintenance::agent
