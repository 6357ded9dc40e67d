#include "common/kube/watcher.h"

#include "common/kube/event_splitter.h"

namespace maintenance::kube {
namespace {

/// The server's number for what an ERROR event, or a list, failed of; 0 when there is none.
int code_of(const text::JsonView& status) {
  return static_cast<int>(status.number("code"));
}

/// Of an event: what is wanted of the object, and of the Status that an ERROR has instead.
text::Members event_members(const Collection& collection) {
  text::Members object = collection.members ? *collection.members : text::Members{};
  if (!object.names.empty()) {
    object.names["code"] = {};
    object.names["message"] = {};
  }
  return text::Members{{{"type", {}}, {"object", std::move(object)}}};
}

}  // namespace

Watcher::Watcher(Parts parts)
    : parts_(std::move(parts)),
      event_(event_members(parts_.collection)),
      machine_(parts_.timing),
      thread_([this] { run(); }) {}

Watcher::~Watcher() {
  request_stop();
  thread_.join();
}

void Watcher::request_stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  parts_.watchdog.cancel();
}

bool Watcher::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Watcher::run() {
  while (!stopping()) {
    switch (machine_.next(now())) {
      case WatchStep::list:
        list();
        break;
      case WatchStep::watch:
        watch();
        break;
      case WatchStep::wait:
        wait();
        break;
    }
  }
  stopped_ = true;
}

void Watcher::wait() {
  std::unique_lock lock(mutex_);
  stop_.wait_until(lock, machine_.wait_ends(), [this] { return stopping_; });
}

void Watcher::list() {
  const Deadline asked = now();
  parts_.sink.begin();
  const auto listed = parts_.client.list(
      parts_.collection, [this](const text::JsonView& object) { parts_.sink.add(object); });
  if (!listed || listed->empty()) {
    machine_.list_failed(now(), parts_.jitter());
    parts_.sink.lose(listed ? "the list has no resourceVersion" : listed.error().message());
    return;
  }
  machine_.listed(*listed);
  parts_.sink.replace();
  parts_.sink.confirm(asked);
}

void Watcher::watch() {
  const http::Request request{"GET",
                              watch_target(parts_.collection, parts_.client.namespace_name(),
                                           machine_.resource_version(), parts_.timing.asked),
                              {{"Accept", "application/json"}},
                              {}};
  auto answer = parts_.streamer.open(request, now() + parts_.timing.asked + parts_.timing.grace);
  if (!answer) {
    machine_.refused(0, now(), parts_.jitter());
    parts_.sink.lose(answer.error().message());
    return;
  }
  if (!answer->stream) {
    machine_.refused(answer->refusal.status, now(), parts_.jitter());
    parts_.sink.lose("the API server answered " + std::to_string(answer->refusal.status));
    return;
  }
  machine_.opened(now());
  follow(*answer->stream);
}

void Watcher::follow(http::Stream& stream) {
  EventSplitter splitter;
  while (!stopping()) {
    const auto bytes = stream.next();
    if (!bytes || bytes->empty()) {
      const bool in_good_order = bytes.ok() && !splitter.is_inside();
      machine_.ended(in_good_order, now(), parts_.jitter());
      // Everything until now was sent before the end.
      if (in_good_order) parts_.sink.confirm(now());
      if (machine_.next(now()) == WatchStep::wait) parts_.sink.lose("the watch was cut");
      return;
    }
    const auto events = splitter.feed(*bytes);
    if (!events) {
      machine_.broken(0, now(), parts_.jitter());
      parts_.sink.lose(events.error().message());
      return;
    }
    for (const std::string& event : *events) {
      if (!take(event)) return;
    }
  }
}

bool Watcher::take(const std::string& bytes) {
  const auto parsed = text::parse_json_members(bytes, event_, "reading a watch");
  if (!parsed) {
    machine_.broken(0, now(), parts_.jitter());
    parts_.sink.lose(parsed.error().message());
    return false;
  }
  const text::JsonView object = parsed->object("object");
  const std::string type = parsed->text("type");
  if (type == "ADDED" || type == "MODIFIED") {
    parts_.sink.put(object);
  } else if (type == "DELETED") {
    parts_.sink.remove(object);
  } else if (type != "BOOKMARK") {
    // ERROR, which comes inside a 200 answer, or something of a later API.
    machine_.broken(code_of(object), now(), parts_.jitter());
    parts_.sink.lose("the API server ended the watch: " + object.text("message"));
    return false;
  }
  machine_.seen(object.object("metadata").text("resourceVersion"));
  parts_.sink.confirm(now());
  return true;
}

}  // namespace maintenance::kube
