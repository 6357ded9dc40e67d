#include "common/kube/disruption_budget.h"

namespace maintenance::kube {

DisruptionBudget read_disruption_budget(const text::JsonView& object) {
  const text::JsonView spec = object.object("spec");
  DisruptionBudget out;
  out.metadata = read_metadata(object);
  out.selects_nothing = !spec.has("selector");
  out.selector = LabelSelector::of_object(spec.object("selector"));
  out.disruptions_allowed = object.object("status").number("disruptionsAllowed");
  return out;
}

}  // namespace maintenance::kube
