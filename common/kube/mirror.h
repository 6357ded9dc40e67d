#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/kube/watcher.h"

namespace maintenance::kube {

/// A WatchSink that keeps the objects it is told of, read by `Read`, by their names. Readers get
/// one consistent state: a list replaces it in one move. Owned by whoever owns the Watcher, and
/// outlives it; all calls are thread-safe.
template <class Object, Object (*Read)(const text::JsonView&)>
class Mirror final : public WatchSink {
 public:
  using Objects = std::map<std::string, Object>;
  /// `changed` is called after each change, by the Watcher's thread.
  explicit Mirror(std::function<void()> changed) : changed_(std::move(changed)) {}

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
    const std::lock_guard lock(mutex_);
    confirmed_ = now;
  }
  void lose(const std::string& /*why*/) override {
    const std::lock_guard lock(mutex_);
    confirmed_.reset();
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
    changed_();
  }

  std::function<void()> changed_;
  mutable std::mutex mutex_;
  std::shared_ptr<Objects> objects_ = std::make_shared<Objects>();
  std::optional<Deadline> confirmed_;
};

}  // namespace maintenance::kube
