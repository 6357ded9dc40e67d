#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/maintenance/report.h"
#include "plugin/cli/command.h"
#include "plugin/output/table.h"

namespace maintenance::plugin {

/// The name by which a target of this kind means the pod.
[[nodiscard]] const std::string& target_of(const PodReport& pod, TargetKind kind);
/// Whether a command is about this pod; without targets it is about all.
[[nodiscard]] bool is_wanted(const PodReport& pod, const std::optional<Targets>& targets);
/// The pods that a command is about, by datacenter and name, numbers as numbers.
[[nodiscard]] std::vector<PodReport> choose_pods(const ClusterReport& report,
                                                 const std::optional<Targets>& targets);

/// Where a row has the state, and reality.
inline constexpr std::size_t status_state_column = 2;
inline constexpr std::size_t status_reality_column = 4;

[[nodiscard]] TableRow status_heading(bool wide);
[[nodiscard]] TableRow status_row(const PodReport& pod, const ClusterReport& report, bool wide,
                                  const Clock& clock);

}  // namespace maintenance::plugin
