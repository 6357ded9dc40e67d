#include "common/maintenance/state.h"

#include <array>
#include <utility>

namespace maintenance {
namespace {

constexpr std::array<std::pair<State, std::string_view>, states_count> state_names{{
    {State::normal, "normal"},
    {State::entering, "entering"},
    {State::held, "held"},
    {State::leaving, "leaving"},
    {State::starting, "starting"},
    {State::missing, "missing"},
    {State::drifted, "drifted"},
}};

State state_when_in(const Reality& reality) noexcept {
  if (!reality.exists) return reality.restart_pending ? State::entering : State::missing;
  if (reality.terminating) return State::entering;
  if (reality.gate_running) return State::held;
  if (reality.cassandra_running && !reality.restart_pending) return State::drifted;
  return State::entering;
}

State state_when_out(const Reality& reality) noexcept {
  if (!reality.exists) return State::starting;
  if (reality.gate_running) return State::leaving;
  if (reality.terminating) return State::starting;
  return reality.cassandra_running && reality.cassandra_ready ? State::normal : State::starting;
}

}  // namespace

State compute_state(Wish wish, const Reality& reality) noexcept {
  return wish == Wish::in ? state_when_in(reality) : state_when_out(reality);
}

Reality observe(const kube::Pod* pod, const ContainerNames& names) {
  Reality reality;
  if (!pod) return reality;
  reality.exists = true;
  reality.terminating = pod->metadata.terminating;
  const auto* gate = kube::find_status(pod->init_containers, names.gate);
  reality.gate_running = gate != nullptr && gate->running;
  const auto* cassandra = kube::find_status(pod->containers, names.cassandra);
  reality.cassandra_running = cassandra != nullptr && cassandra->running;
  reality.cassandra_ready = reality.cassandra_running && cassandra->ready;
  return reality;
}

std::string_view to_string(State state) noexcept {
  for (const auto& [value, name] : state_names) {
    if (value == state) return name;
  }
  return "unknown";
}

std::string_view to_string(Wish wish) noexcept {
  return wish == Wish::in ? "in" : "out";
}

std::optional<State> parse_state(std::string_view name) noexcept {
  for (const auto& [value, text] : state_names) {
    if (text == name) return value;
  }
  return std::nullopt;
}

std::string_view describe(const Reality& reality) noexcept {
  if (!reality.exists) return "no pod";
  if (reality.terminating) return "terminating";
  if (reality.gate_running) return "gate running";
  if (reality.cassandra_ready) return "ready";
  if (reality.cassandra_running) return "running";
  return "pending";
}

}  // namespace maintenance
