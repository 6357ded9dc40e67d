#include "tests/support/shell.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <stdexcept>

#include "tests/support/eventually.h"

extern char** environ;

namespace maintenance::testing {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int exit_not_started = 127;  // as a shell says it
constexpr int exit_signal_base = 128;
/// How long a program may take to obey SIGTERM before it is killed.
constexpr milliseconds stop_limit{3000};
/// The kernel needs a moment for a killed process, never this long.
constexpr milliseconds kill_limit{10'000};
/// More than any command of the tests prints; the rest is left out.
constexpr off_t output_bytes_max = off_t{16} * 1024 * 1024;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

/// A file without a name: unlike a pipe it never fills, so nobody has to read while the program
/// runs, and it goes with the last descriptor.
std::FILE* nameless_file() {
  std::FILE* file = std::tmpfile();
  require(file != nullptr, "making a temporary file");
  require(::fcntl(::fileno(file), F_SETFD, FD_CLOEXEC) == 0, "fcntl");
  return file;
}

std::string joined(const std::vector<std::string>& arguments) {
  // A line of bash is shown as it was written.
  if (arguments.size() > 2 && arguments[0] == "bash") return arguments.back();
  std::string out;
  for (const std::string& argument : arguments) {
    if (!out.empty()) out += ' ';
    out += argument;
  }
  return out;
}

/// What a child gets: nothing on stdin, its own process group, no signal ignored or blocked.
class SpawnSettings {
 public:
  SpawnSettings(int out, int err) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : exit_signal_base + WTERMSIG(status);
}

}  // namespace

std::string describe(const Outcome& outcome) {
  std::string out = "\n$ " + outcome.command + "\n";
  if (!outcome.out.empty()) out += "--- stdout\n" + outcome.out + "\n";
  if (!outcome.err.empty()) out += "--- stderr\n" + outcome.err + "\n";
  out += "--- exit code " + std::to_string(outcome.exit_code) + " after " +
         std::to_string(outcome.took.count()) + " ms";
  if (outcome.timed_out) out += " (killed: its time was up)";
  return out;
}

std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
  return stream << describe(outcome);
}

std::vector<std::string> bash(const std::string& line) {
  return {"bash", "-o", "pipefail", "-c", line};
}

Outcome run(const std::vector<std::string>& arguments, milliseconds limit) {
  return Background(arguments).wait(limit);
}

Outcome shell(const std::string& line, milliseconds limit) {
  return run(bash(line), limit);
}

Background::Background(const std::vector<std::string>& arguments)
    : command_(joined(arguments)), out_(nameless_file()), err_(nameless_file()) {
  started_ = steady_clock::now();
  start(arguments);
}

Background::~Background() {
  stop();
}

void Background::start(const std::vector<std::string>& arguments) {
  std::vector<std::string> copy = arguments;
  std::vector<char*> pointers;
  for (std::string& argument : copy)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const SpawnSettings settings(::fileno(out_.get()), ::fileno(err_.get()));
  const int error = ::posix_spawnp(&pid_, pointers.front(), settings.actions(),
                                   settings.attributes(), pointers.data(), environ);
  if (error == 0) return;
  pid_ = -1;
  ended_ = started_;
  exit_code_ = exit_not_started;
  std::fprintf(err_.get(), "%s: %s\n", pointers.front(), std::strerror(error));
  std::fflush(err_.get());
}

bool Background::running() {
  if (exit_code_) return false;
  siginfo_t info{};
  const int looked = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  if (looked == 0 && info.si_pid == 0) return true;
  ended_ = steady_clock::now();
  // What it started ends with it. Before it is collected: until then nobody else has its number.
  kill_group(SIGKILL);
  int status = 0;
  const pid_t collected = ::waitpid(pid_, &status, 0);
  exit_code_ = collected == pid_ ? exit_code_of(status) : exit_not_started;
  return false;
}

std::string Background::content(const File& file) {
  struct stat status {};
  require(::fstat(::fileno(file.get()), &status) == 0, "fstat");
  std::string text(static_cast<std::size_t>(std::min(status.st_size, output_bytes_max)), '\0');
  const auto length = ::pread(::fileno(file.get()), text.data(), text.size(), 0);
  require(length >= 0, "reading a command's output");
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string Background::out() const {
  return content(out_);
}

std::string Background::err() const {
  return content(err_);
}

void Background::signal(int number) {
  if (running()) ::kill(pid_, number);
}

void Background::kill_group(int number) const {
  if (pid_ > 0) ::kill(-pid_, number);
}

Outcome Background::wait(milliseconds limit) {
  const bool ended = eventually(limit, [this] { return !running(); });
  if (!ended) {
    kill_group(SIGKILL);
    (void)eventually(kill_limit, [this] { return !running(); });
  }
  Outcome outcome;
  outcome.command = command_;
  outcome.exit_code = exit_code_.value_or(-1);
  outcome.out = out();
  outcome.err = err();
  outcome.took = duration_cast<milliseconds>(ended_ - started_);
  outcome.timed_out = !ended;
  return outcome;
}

void Background::stop() {
  if (!running()) return;
  kill_group(SIGTERM);
  if (eventually(stop_limit, [this] { return !running(); })) return;
  kill_group(SIGKILL);
  (void)eventually(kill_limit, [this] { return !running(); });
}

}  // namespace maintenance::testing
