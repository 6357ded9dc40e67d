#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/commands/agent.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

/// Asks before a change that a person may not mean: a whole datacenter, soft guards that would be
/// overridden, a record that somebody else made. Changes nothing itself: guards are asked by a dry
/// run. On a terminal what was found is shown and one question asked; without one, or with --yes,
/// nothing is overridden that was not named.
/// Borrows everything; owned by one command.
class Consent {
 public:
  Consent(Agent& agent, Surroundings& around, const ChangeOptions& options)
      : agent_(agent), around_(around), options_(options) {}

  /// Before anything is sent: an exit code when it is clear that nobody can be asked.
  [[nodiscard]] std::optional<ExitCode> possible() const;
  /// An exit code when the command must not go on; otherwise what a yes overrides is in `wish`.
  [[nodiscard]] std::optional<ExitCode> to_enable(EnableWish& wish);
  [[nodiscard]] std::optional<ExitCode> to_disable();

 private:
  struct Concerns {
    std::vector<std::string> lines;   ///< sentences: what would be overridden, or whose it is
    std::vector<std::string> guards;  ///< ids of the soft guards among them, each once
  };

  [[nodiscard]] bool is_dc() const { return options_.targets.kind == TargetKind::dc; }
  [[nodiscard]] bool is_whole() const { return is_dc() || options_.targets.all; }
  [[nodiscard]] std::string whole() const;
  [[nodiscard]] bool can_ask() const { return around_.io.terminal.input_is_terminal(); }
  [[nodiscard]] std::optional<ExitCode> ask(const Concerns& concerns, const std::string& question);
  [[nodiscard]] std::optional<ExitCode> end_with(const Error& error);
  [[nodiscard]] Result<std::vector<PodReport>> pods_concerned();
  [[nodiscard]] std::string foreign_record(const PodReport& pod);

  Agent& agent_;
  Surroundings& around_;
  const ChangeOptions& options_;
  std::optional<std::string> caller_;  ///< asked for only when a record has a name
};

}  // namespace maintenance::plugin
