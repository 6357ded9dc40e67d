#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/maintenance/report.h"
#include "common/maintenance/verdict.h"
#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"
#include "plugin/commands/wait.h"

namespace maintenance::plugin {

/// Says how each target of enable or disable ended, in the format that was asked for, and sums
/// up the exit code. Owned by one command; not thread-safe.
class ChangeReport {
 public:
  ChangeReport(Wish wish, const ChangeOptions& options, Io& io);

  /// The target `name` ("pod/x") came to nothing.
  void failed(const std::string& name, const Error& error);
  /// The agent took the wish over; with --wait=false this is all there is to say.
  void accepted(const PodReport& report);
  /// What would become of a pod in a dry run.
  void rehearsed(const PodReport& report);
  /// The wait for a pod ended. `first` is what the agent answered to the wish.
  void ended(const PodReport& first, const WaitEnd& end);
  /// Prints what is printed at the end, and gives the exit code.
  [[nodiscard]] ExitCode finish();

 private:
  void succeeded(const std::string& name, const std::string& line,
                 const std::optional<PodReport>& report);
  [[nodiscard]] std::string reached_line(const PodReport& first, const PodReport& last) const;

  struct Failure {
    std::string name;
    Error error;
  };

  Wish wish_;
  const ChangeOptions& options_;
  Io& io_;
  std::vector<ExitCode> codes_;
  std::vector<PodReport> reports_;
  std::vector<Failure> failures_;
};

/// What guards had to say about a target without refusing.
void print_remarks(Io& io, const std::string& target, const Verdict& verdict);

/// What a wait that did not reach its goal comes to, for people.
[[nodiscard]] Error wait_error(Wish wish, const ChangeOptions& options, const WaitEnd& end);

}  // namespace maintenance::plugin
