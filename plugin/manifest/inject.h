#pragma once

#include <string>
#include <vector>

#include "common/maintenance/state.h"
#include "common/result.h"
#include "plugin/manifest/edits.h"

namespace maintenance::plugin {

struct InjectOptions {
  std::string image;            ///< of the agent, which has the gate program in it
  std::string config_map = {};  ///< empty: <cluster>-maintenance-configmap, by the template's label
  std::string cassandra_image = {};  ///< where the manifest leaves it to an operator
  bool remove = false;
  ContainerNames names = {};
};

/// What is to be done to a manifest.
struct Injection {
  std::string before;  ///< the text that the edits are about: rewritten when it was in brackets
  std::vector<Edit> edits;
  std::vector<std::string> notes;  ///< for people: what was left alone, and why
};

/// Adds the gate to every object of a manifest that is `gateable`, or takes it out again: lines are
/// inserted, and all others stay as they are, comments included. A manifest in brackets (JSON, flow
/// style) is first rewritten without them, which loses order and comments. What has the gate
/// already is left alone, so that doing it twice changes nothing. Fails with `invalid`, naming the
/// line, when the text cannot be read, or something is in the way.
[[nodiscard]] Result<Injection> plan_injection(const std::string& text,
                                               const InjectOptions& options);

}  // namespace maintenance::plugin
