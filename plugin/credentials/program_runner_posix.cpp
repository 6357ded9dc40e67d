#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "common/text/path_list.h"
#include "common/text/printable.h"
#include "plugin/credentials/program_runner.h"

extern char** environ;

namespace maintenance::plugin {
namespace {

using std::chrono::steady_clock;

/// A pipe whose ends close themselves. Not inherited by programs that are started meanwhile.
class Pipe {
 public:
  Pipe() : open_(pipe(ends_.data()) == 0) {
    for (const int end : ends_)
      fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  ~Pipe() {
    close_writing();
    if (open_) close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] bool open() const noexcept { return open_; }
  [[nodiscard]] int reading() const noexcept { return ends_[0]; }
  [[nodiscard]] int writing() const noexcept { return ends_[1]; }
  void close_writing() {
    if (open_ && !writing_closed_) close(ends_[1]);
    writing_closed_ = true;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool open_;
  bool writing_closed_ = false;
};

bool is_program(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

/// The program's path, or nothing. What PATH has of the working directory is left out, as Go does:
/// nobody means to run what happens to lie there.
std::string find_program(const std::string& command) {
  if (command.find('/') != std::string::npos) return is_program(command) ? command : "";
  const char* const path = std::getenv("PATH");
  for (const std::string& folder : text::split_path_list(path == nullptr ? "" : path)) {
    if (!folder.empty() && folder.front() == '/' && is_program(folder + "/" + command)) {
      return folder + "/" + command;
    }
  }
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// Our environment, with the additions in place of what they replace.
std::vector<std::string> merged_environment(const ProgramStart& start) {
  std::vector<std::string> out;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const bool replaced = std::any_of(start.env.begin(), start.env.end(), [&](const auto& one) {
      return text.rfind(one.first + "=", 0) == 0;
    });
    if (!replaced) out.emplace_back(text);
  }
  for (const auto& [name, value] : start.env)
    out.push_back(name + "=" + value);
  return out;
}

class ProcessRunner final : public ProgramRunner {
 public:
  Result<ProgramEnd> run(const ProgramStart& start) override {
    const std::string path = find_program(start.command);
    if (path.empty()) return failed(start, ErrorKind::not_found, "there is no such program");
    Pipe output;
    if (!output.open()) return failed(start, ErrorKind::internal, std::strerror(errno));
    pid_t pid = -1;
    if (const int error = spawn(start, path, output, pid); error != 0) {
      return failed(start, ErrorKind::internal, std::strerror(error));
    }
    output.close_writing();
    ProgramEnd end;
    const auto read =
        read_all(output.reading(), steady_clock::now() + program_time_max, end.output);
    if (!read) kill(pid, SIGKILL);
    end.exit_code = wait_for(pid);
    if (!read) return failed(start, read.error().kind, read.error().cause);
    return end;
  }

 private:
  static Error failed(const ProgramStart& start, ErrorKind kind, const std::string& cause) {
    return Error{kind, "running " + text::quoted(start.command), cause};
  }

  static int spawn(const ProgramStart& start, const std::string& path, const Pipe& output,
                   pid_t& pid) {
    std::vector<std::string> words{start.command};
    words.insert(words.end(), start.args.begin(), start.args.end());
    std::vector<std::string> variables = merged_environment(start);
    // At its end from the beginning, as /dev/null is, which a bare root file system has not.
    Pipe no_input;
    if (!no_input.open()) return errno;
    no_input.close_writing();
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output.writing(), STDOUT_FILENO);
    if (!start.with_input) {
      posix_spawn_file_actions_adddup2(&actions, no_input.reading(), STDIN_FILENO);
    }
    posix_spawnattr_t attributes{};
    posix_spawnattr_init(&attributes);
    use_common_signals(attributes);
    const int error = posix_spawn(&pid, path.c_str(), &actions, &attributes, pointers(words).data(),
                                  pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }

  /// The network library blocks SIGPIPE, and we those of the keyboard: a program that inherited
  /// that would not end by Ctrl-C, nor when nobody reads it.
  static void use_common_signals(posix_spawnattr_t& attributes) {
    sigset_t none;
    sigemptyset(&none);
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  /// Reads to the end of the pipe.
  static Result<void> read_all(int pipe, steady_clock::time_point until, std::string& into) {
    std::array<char, 4096> block{};
    while (true) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()).count();
      if (left <= 0) return Error{ErrorKind::timeout, "", "it did not end in time"};
      pollfd wait{pipe, POLLIN, 0};
      const int ready = poll(&wait, 1, static_cast<int>(left));
      if (ready < 0 && errno == EINTR) continue;
      const ssize_t got = ready > 0 ? read(pipe, block.data(), block.size()) : -1;
      if (ready > 0 && got < 0 && errno == EINTR) continue;
      if (ready > 0 && got == 0) return {};
      if (got < 0) return Error{ErrorKind::timeout, "", "it did not end in time"};
      into.append(block.data(), static_cast<std::size_t>(got));
      if (into.size() > program_output_bytes_max) {
        return Error{ErrorKind::too_large, "", "it printed too much"};
      }
    }
  }

  static int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
};

}  // namespace

std::unique_ptr<ProgramRunner> make_process_runner() {
  return std::make_unique<ProcessRunner>();
}

}  // namespace maintenance::plugin
