#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "plugin/cli/command.h"

namespace maintenance::plugin {

/// Reads "pod NAME…", "dc NAME…" or "pod/NAME…" and checks every name, before any of them can
/// become part of a URL. Repetitions are dropped. Fails with `invalid`; no words at all too.
[[nodiscard]] Result<Targets> parse_targets(const std::vector<std::string>& words);

/// "pod", "pods" and the like.
[[nodiscard]] bool is_pod_word(const std::string& word);

/// "pod/x" or "dc/x": how output names a target.
[[nodiscard]] std::string target_name(TargetKind kind, const std::string& name);

}  // namespace maintenance::plugin
