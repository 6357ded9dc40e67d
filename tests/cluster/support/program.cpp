#include "tests/cluster/support/program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/eventually.h"

extern char** environ;

namespace maintenance::testing {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> environment_with(const Program::Environment& changes) {
  std::map<std::string, std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) merged[text.substr(0, equals)] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : changes)
    merged[name] = value;
  std::vector<std::string> out;
  for (const auto& [name, value] : merged) {
    if (!value.empty()) out.push_back(name + "=" + value);
  }
  return out;
}

/// Pointers as exec wants them; valid while `texts` is.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Program::Program(const std::vector<std::string>& command, const Environment& changes) {
  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = environment_with(changes);
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, folder_.file("stdout").c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&files, 2, folder_.file("stderr").c_str(), flags, 0600);
  const int failure = posix_spawnp(&pid_, command.front().c_str(), &files, nullptr,
                                   pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  if (failure != 0) {
    throw std::runtime_error("cannot start " + command.front() + ": error " +
                             std::to_string(failure));
  }
}

Program::~Program() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
}

void Program::send_signal(int signal) const {
  if (!exit_code_) ::kill(pid_, signal);
}

bool Program::running() {
  if (exit_code_) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

std::optional<int> Program::wait_exit(std::chrono::milliseconds limit) {
  if (!eventually(limit, [this] { return !running(); })) return std::nullopt;
  return exit_code_;
}

std::string Program::standard_output() const {
  return read_all(folder_.file("stdout"));
}

std::string Program::standard_error() const {
  return read_all(folder_.file("stderr"));
}

Finished run_program(const std::vector<std::string>& command, const Program::Environment& changes) {
  Program program(command, changes);
  const auto code = program.wait_exit(program_run_max);
  if (!code) throw std::runtime_error(command.front() + " did not end in time");
  return Finished{*code, program.standard_output(), program.standard_error()};
}

}  // namespace maintenance::testing
