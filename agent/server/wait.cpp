#include "agent/server/wait.h"

#include "common/text/duration.h"
#include "common/text/printable.h"

namespace maintenance::agent {

Result<std::optional<Wait>> read_wait(const ParsedTarget& target) {
  const auto wanted = target.query.find("wait");
  if (wanted == target.query.end()) return std::optional<Wait>();
  Wait wait;
  const auto state = parse_state(wanted->second);
  if (!state) {
    return Error{ErrorKind::invalid, "query parameter wait",
                 text::quoted(wanted->second) + " is no state; write for example held or normal"};
  }
  wait.state = *state;
  const auto timeout = target.query.find("timeout");
  if (timeout == target.query.end()) return std::optional<Wait>(wait);
  const auto duration = text::parse_duration(timeout->second);
  if (!duration || *duration > wait_max) {
    return Error{
        ErrorKind::invalid, "query parameter timeout",
        text::quoted(timeout->second) + " is no duration up to " + text::format_duration(wait_max)};
  }
  wait.timeout = *duration;
  return std::optional<Wait>(wait);
}

Wish wish_towards(State state) noexcept {
  switch (state) {
    case State::entering:
    case State::held:
    case State::missing:
    case State::drifted:
      return Wish::in;
    case State::normal:
    case State::leaving:
    case State::starting:
      return Wish::out;
  }
  return Wish::out;
}

}  // namespace maintenance::agent
