#include "agent/observe/event_writer.h"

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

void EventWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
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
