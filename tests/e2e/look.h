#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "tests/e2e/telling.h"

/// Questions about the state of the world, answered by kubectl in the story's namespace.
namespace maintenance::e2e {

/// The ConfigMap of every story's cluster (manifests/stories/base).
inline constexpr const char* story_config_map = "story-maintenance-configmap";

/// A time of the machine's clock; the containers of the test cluster have the same one.
using WallTime = std::chrono::sys_time<milliseconds>;

/// kubectl's answer to a jsonpath question; empty when the object does not exist.
[[nodiscard]] std::string field(const std::string& object, const std::string& jsonpath);
/// The same for one of a pod's init containers or containers.
[[nodiscard]] std::string gate_field(const std::string& pod, const std::string& field_name);
[[nodiscard]] std::string cassandra_field(const std::string& pod, const std::string& field_name);

[[nodiscard]] std::string uid_of(const std::string& pod);
/// The ConfigMap's value for a pod; nothing when the pod's name is no key there.
[[nodiscard]] std::optional<std::string> record_of(const std::string& pod,
                                                   const std::string& map = story_config_map);
/// The gate container of a pod that is not going away is running.
[[nodiscard]] bool is_held(const std::string& pod);
[[nodiscard]] bool is_ready(const std::string& pod);
void wait_until_held(const std::string& pod, milliseconds limit = 40s);
void wait_until_ready(const std::string& pod, milliseconds limit = 40s);
/// The pod is Ready, is still the one with this uid, and nothing is on record for it.
void is_untouched(const std::string& pod, const std::string& uid,
                  const std::string& map = story_config_map);

/// What the gate of the current pod has logged.
[[nodiscard]] std::string gate_log(const std::string& pod);
/// The time stamp of the first line of a log that contains `text`; ends the test case without one.
[[nodiscard]] WallTime log_time(const std::string& log, const std::string& text);
/// Reads "2026-01-31T08:00:00.123Z", with or without a fraction.
[[nodiscard]] std::optional<WallTime> parse_time(const std::string& text);
[[nodiscard]] WallTime wall_now();

/// The name of the cluster's one node.
[[nodiscard]] std::string node();
/// A program of this name runs in the pod's gate container, as seen from inside.
[[nodiscard]] bool runs_in_gate(const std::string& pod, const std::string& program);

/// The name of the first pod with this label; empty when there is none.
[[nodiscard]] std::string pod_with(const std::string& label_selector);
/// The story's agent.
[[nodiscard]] std::string agent_pod();

}  // namespace maintenance::e2e
