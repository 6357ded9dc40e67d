#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "common/kube/watcher.h"

namespace maintenance::kube {

/// What a Mirror tells, by its Watcher's thread. Each may be empty; must not throw.
struct MirrorEvents {
  std::function<void()> changed;                     ///< after each change
  std::function<void(const std::string& why)> lost;  ///< from now on it may be out of date
  std::function<void()> current;                     ///< it is up to date again
};

/// A WatchSink that keeps the objects it is told of, read by `Read`, by their names. Readers get
/// one consistent state: a list replaces it in one move. Owned by whoever owns the Watcher, and
/// outlives it; all calls are thread-safe.
template <class Object, Object (*Read)(const text::JsonView&)>
class Mirror final : public WatchSink {
 public:
  /// Shared with the readers, so that their copies of the map are cheap; never changed.
  using Objects = std::map<std::string, std::shared_ptr<const Object>>;
  explicit Mirror(MirrorEvents events) : events_(std::move(events)) {}

  void begin() override { listed_.clear(); }
  void add(const text::JsonView& object) override {
    insert(listed_, std::make_shared<const Object>(Read(object)));
  }
  void replace() override {
    change([&] { objects_.swap(listed_); });
    listed_.clear();
  }
  void put(const text::JsonView& object) override {
    auto read = std::make_shared<const Object>(Read(object));
    change([&] { insert(objects_, std::move(read)); });
  }
  void remove(const text::JsonView& object) override {
    const std::string name = object.object("metadata").text("name");
    change([&] { objects_.erase(name); });
  }
  void confirm(Deadline now) override {
    {
      const std::lock_guard lock(mutex_);
      confirmed_ = now;
    }
    if (!std::exchange(is_current_, true) && events_.current) events_.current();
    told_lost_ = false;
  }
  void lose(const std::string& why) override {
    {
      const std::lock_guard lock(mutex_);
      confirmed_.reset();
    }
    is_current_ = false;
    if (!std::exchange(told_lost_, true) && events_.lost) events_.lost(why);
  }

  /// True unless the objects may be out of date.
  [[nodiscard]] bool is_current(Deadline oldest) const {
    const std::lock_guard lock(mutex_);
    return confirmed_ && *confirmed_ >= oldest;
  }
  /// A copy of the objects, or nothing when they may be out of date: never listed, the watch is
  /// lost, or without a sign of life since `oldest`.
  [[nodiscard]] std::optional<Objects> objects(Deadline oldest) const {
    const std::lock_guard lock(mutex_);
    if (!confirmed_ || *confirmed_ < oldest) return std::nullopt;
    return objects_;
  }

 private:
  static void insert(Objects& into, std::shared_ptr<const Object> object) {
    into.insert_or_assign(object->metadata.name, std::move(object));
  }
  template <class Change>
  void change(const Change& work) {
    {
      const std::lock_guard lock(mutex_);
      work();
    }
    if (events_.changed) events_.changed();
  }

  MirrorEvents events_;
  bool is_current_ = false;  ///< what was told; only the Watcher's thread looks
  bool told_lost_ = false;
  Objects listed_;  ///< by the list that is being read; only the Watcher's thread looks
  mutable std::mutex mutex_;
  Objects objects_;
  std::optional<Deadline> confirmed_;
};

}  // namespace maintenance::kube
