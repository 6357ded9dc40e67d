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
  using Objects = std::map<std::string, Object>;
  explicit Mirror(MirrorEvents events) : events_(std::move(events)) {}

  void replace(const std::vector<text::JsonView>& objects) override {
    auto all = std::make_shared<Objects>();
    for (const text::JsonView& object : objects) {
      Object read = Read(object);
      std::string name = read.metadata.name;
      all->insert_or_assign(std::move(name), std::move(read));
    }
    change([&](std::shared_ptr<Objects>& state) { state = std::move(all); });
  }
  void put(const text::JsonView& object) override {
    Object read = Read(object);
    std::string name = read.metadata.name;
    change([&](std::shared_ptr<Objects>& state) {
      own(state);
      state->insert_or_assign(std::move(name), std::move(read));
    });
  }
  void remove(const text::JsonView& object) override {
    const std::string name = object.object("metadata").text("name");
    change([&](std::shared_ptr<Objects>& state) {
      own(state);
      state->erase(name);
    });
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

  /// The objects, or null when they may be out of date: never listed, the watch is lost, or without
  /// a sign of life since `oldest`.
  [[nodiscard]] std::shared_ptr<const Objects> objects(Deadline oldest) const {
    const std::lock_guard lock(mutex_);
    if (!confirmed_ || *confirmed_ < oldest) return nullptr;
    return objects_;
  }

 private:
  /// Readers keep what they have got: it is copied before it is changed.
  static void own(std::shared_ptr<Objects>& state) {
    if (state.use_count() != 1) state = std::make_shared<Objects>(*state);
  }
  template <class Change>
  void change(const Change& work) {
    {
      const std::lock_guard lock(mutex_);
      work(objects_);
    }
    if (events_.changed) events_.changed();
  }

  MirrorEvents events_;
  bool is_current_ = false;  ///< what was told; only the Watcher's thread looks
  bool told_lost_ = false;
  mutable std::mutex mutex_;
  std::shared_ptr<Objects> objects_ = std::make_shared<Objects>();
  std::optional<Deadline> confirmed_;
};

}  // namespace maintenance::kube
