#pragma once

#include "plugin/cli/suggest.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// Longest wait for names: whoever presses TAB does not wait longer.
inline constexpr std::chrono::milliseconds complete_timeout{std::chrono::seconds(2)};

/// Prints what the command line alone suggests, without the line that ends the answer.
void print_words(const Suggestions& suggestions, std::ostream& out);
/// Prints the names that the agent knows. Says nothing when it cannot be asked.
[[nodiscard]] ExitCode print_names(const Suggestions& suggestions, Surroundings& surroundings);
/// The last line of an answer, which tells the shell whether paths are wanted (cobra's protocol).
void print_directive(const Suggestions& suggestions, std::ostream& out);

}  // namespace maintenance::plugin
