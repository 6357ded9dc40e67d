#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/result.h"

namespace maintenance::plugin {

/// What a program that gives out credentials may print: a token and a certificate chain are some
/// 10 KiB.
inline constexpr std::size_t program_output_bytes_max = 1024UL * 1024;
/// A person may have to log in in a browser meanwhile; whoever does not is asked again by typing
/// the command again.
inline constexpr std::chrono::minutes program_time_max{10};

/// A program to run. Its stderr is ours: it talks to the person.
struct ProgramStart {
  std::string command;  ///< a bare word is looked up in PATH, anything else is a path
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;  ///< on top of our own environment
  bool with_input = false;                               ///< it may read our stdin
};

/// What is left of it. 128 + signal when a signal ended it.
struct ProgramEnd {
  int exit_code = 0;
  std::string output;
};

/// Runs programs; replaceable in tests. Not thread-safe.
class ProgramRunner {
 public:
  virtual ~ProgramRunner() = default;
  /// Waits for its end. Fails with `not_found` when there is no such program, `too_large` or
  /// `timeout` when it exceeded a limit (it is killed then), `internal` when it could not be run.
  [[nodiscard]] virtual Result<ProgramEnd> run(const ProgramStart& start) = 0;
};

/// The operating system's.
[[nodiscard]] std::unique_ptr<ProgramRunner> make_process_runner();

}  // namespace maintenance::plugin
