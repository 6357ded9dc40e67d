#pragma once

#include <cstdint>

#include "common/kube/objects.h"
#include "common/kube/selector.h"

namespace maintenance::kube {

/// A PodDisruptionBudget, as far as it says which pods it covers and how many of them may be
/// disrupted at this moment. A plain value.
struct DisruptionBudget {
  Metadata metadata;
  LabelSelector selector;
  bool selects_nothing = false;  ///< policy/v1: without a selector it covers no pod
  std::int64_t disruptions_allowed = 0;

  [[nodiscard]] bool covers(const Labels& labels) const {
    return !selects_nothing && selector.matches(labels);
  }
};

/// Missing members read as empty. Never fails.
[[nodiscard]] DisruptionBudget read_disruption_budget(const text::JsonView& object);

}  // namespace maintenance::kube
