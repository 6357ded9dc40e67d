#include "agent/server/wait.h"

#include "common/text/duration.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

Error bad_parameter(const std::string& parameter, const std::string& why) {
  return Error{ErrorKind::invalid, "query parameter " + parameter, why};
}

}  // namespace

Result<std::optional<Wait>> read_wait(const ParsedTarget& target) {
  Wait wait;
  bool wanted = false;
  for (const auto& [key, value] : target.query) {
    if (key == "wait") {
      const auto state = parse_state(value);
      if (!state)
        return bad_parameter(key, text::quoted(value) + " is no state; write for example held");
      wait.state = *state;
      wanted = true;
    } else if (key == "timeout") {
      const auto duration = text::parse_duration(value);
      if (!duration || *duration > wait_max) {
        return bad_parameter(
            key, text::quoted(value) + " is no duration up to " + text::format_duration(wait_max));
      }
      wait.timeout = *duration;
    } else {
      // A misspelt wait that is answered at once would make a caller ask again all the time.
      return bad_parameter(text::quoted(key), "not known; known are wait, timeout");
    }
  }
  return wanted ? std::optional<Wait>(wait) : std::nullopt;
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
