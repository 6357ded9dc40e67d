#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace maintenance::testing {

/// Longest run of a program that is expected to end by itself: kubectl on a loaded machine, under
/// sanitizers. Far above what it takes.
inline constexpr std::chrono::seconds program_run_max{30};

/// A started program: its outputs go to files of its own folder. Killed with the object.
/// Owned by one test; not thread-safe.
class Program {
 public:
  using Environment = std::map<std::string, std::string>;

  /// Starts `command` with this process's environment changed by `changes` (an empty value unsets).
  /// Throws when it cannot be started.
  explicit Program(const std::vector<std::string>& command, const Environment& changes = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send_signal(int signal) const;
  /// The exit code (128 + signal for a killed one), or nothing when it still runs after `limit`.
  [[nodiscard]] std::optional<int> wait_exit(std::chrono::milliseconds limit);
  [[nodiscard]] bool running();
  [[nodiscard]] std::string standard_output() const;
  [[nodiscard]] std::string standard_error() const;

 private:
  TempFolder folder_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

/// What a program that has ended left behind.
struct Finished {
  int exit_code = -1;
  std::string standard_output;
  std::string standard_error;
};

/// Runs `command` to its end. Throws when it takes longer than program_run_max.
[[nodiscard]] Finished run_program(const std::vector<std::string>& command,
                                   const Program::Environment& changes = {});

}  // namespace maintenance::testing
