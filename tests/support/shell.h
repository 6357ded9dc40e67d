#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdio>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maintenance::testing {

/// How long a command may take unless the test says otherwise: everything a test runs answers
/// within seconds, so a minute means that it hangs.
inline constexpr std::chrono::milliseconds command_limit{60'000};

/// What a command left behind. A plain value.
struct Outcome {
  std::string command;
  int exit_code = -1;  ///< 128 + signal when a signal ended it, as a shell says it
  std::string out;
  std::string err;
  std::chrono::milliseconds took{0};
  bool timed_out = false;  ///< it was killed when its limit passed

  [[nodiscard]] bool ok() const { return exit_code == 0; }
};

/// Everything about it, for the message of a failed assertion.
[[nodiscard]] std::string describe(const Outcome& outcome);
std::ostream& operator<<(std::ostream& stream, const Outcome& outcome);

/// Runs a program to its end, without a shell and without a terminal; stdin is empty. It is killed
/// when `limit` passes, and what it left running in its process group is killed when it ends.
[[nodiscard]] Outcome run(const std::vector<std::string>& arguments,
                          std::chrono::milliseconds limit = command_limit);
/// The same for one line of bash, as a person would type it.
[[nodiscard]] Outcome shell(const std::string& line,
                            std::chrono::milliseconds limit = command_limit);

/// A program that runs while the test goes on. Owned by the test; killed with its process group
/// when this goes out of scope. Not thread-safe.
class Background {
 public:
  /// The command is started; one that cannot be started ends at once with exit code 127.
  explicit Background(const std::vector<std::string>& arguments);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  [[nodiscard]] bool running();
  /// What it has written so far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  /// Sends a signal to the program alone, as a terminal's user or a supervisor would.
  void signal(int number);
  /// Waits for the end; kills it when `limit` passes.
  [[nodiscard]] Outcome wait(std::chrono::milliseconds limit = command_limit);
  /// SIGTERM to the group, SIGKILL when that does not help.
  void stop();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, CloseFile>;

  void start(const std::vector<std::string>& arguments);
  void kill_group(int number) const;
  [[nodiscard]] static std::string content(const File& file);

  std::string command_;
  File out_;
  File err_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point ended_;
};

/// The arguments for one line of bash; a pipe fails when any part of it does.
[[nodiscard]] std::vector<std::string> bash(const std::string& line);

}  // namespace maintenance::testing
