#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/kube/objects.h"

namespace maintenance {

/// The wish: is there a record for the pod?
enum class Wish { out, in };

/// Where a pod is, computed from wish and reality (docs/architecture.md has the table).
enum class State { normal, entering, held, leaving, starting, missing, drifted };
inline constexpr std::size_t states_count = 7;

/// What the pod is doing, reduced to what the state depends on. A plain value.
struct Reality {
  bool exists = false;
  bool terminating = false;
  bool gate_running = false;       ///< the gate container of this pod uid is running
  bool cassandra_running = false;  ///< the Cassandra container is running
  bool cassandra_ready = false;    ///< ... and Ready
  bool restart_pending = false;    ///< a restart was asked for and its effect is not visible yet
};

/// Names of the two containers that matter; configuration, with the reference system's values as
/// defaults.
struct ContainerNames {
  std::string cassandra = "cassandra";
  std::string gate = "maintenance-mode";
};

/// The state for `wish` and `reality`. Total: every combination has exactly one answer.
[[nodiscard]] State compute_state(Wish wish, const Reality& reality) noexcept;

/// Reduces a pod as read from the API server; no pod (null) is `exists == false`.
[[nodiscard]] Reality observe(const kube::Pod* pod, const ContainerNames& names);

[[nodiscard]] std::string_view to_string(State state) noexcept;
[[nodiscard]] std::string_view to_string(Wish wish) noexcept;
/// The state called `name`, or nothing.
[[nodiscard]] std::optional<State> parse_state(std::string_view name) noexcept;
/// Reality in one word or two for people: "gate running", "terminating", "no pod".
[[nodiscard]] std::string_view describe(const Reality& reality) noexcept;

}  // namespace maintenance
