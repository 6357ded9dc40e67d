#pragma once

#include <functional>
#include <string>

#include "common/kube/event.h"

namespace maintenance::agent {

/// What can happen to a pod, as far as people want to read of it with `kubectl describe pod`.
enum class HappeningKind {
  entering,  ///< recorded, and asked to restart
  failed,    ///< recorded, and its restart failed
  held,
  leaving,  ///< its record was removed
  back,     ///< Ready again
  refused,
  expired,      ///< the time of its record was up
  drain_failed  ///< the preStop hook of the pod before it failed
};

/// One thing that happened. A plain value.
struct Happening {
  HappeningKind kind = HappeningKind::entering;
  std::string pod;  ///< or the name of the ConfigMap, for what concerns the whole cluster
  std::string uid;
  std::string key;   ///< tells it from other happenings of its kind: told twice, it is told once
  std::string note;  ///< for people, on one line
  std::string object_kind = "Pod";
};

/// Takes what happened; never fails and never waits. May be empty: then nobody is told.
using Tell = std::function<void(const Happening&)>;

/// As an Event of `instance` (a name of this agent). Pure.
[[nodiscard]] kube::Event make_event(const Happening& happening, const std::string& instance,
                                     text::Timestamp now);

}  // namespace maintenance::agent
