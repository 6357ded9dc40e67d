#include "tests/unit/gate/support.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace maintenance::gate::testing {
namespace fs = std::filesystem;
using std::chrono::steady_clock;

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("writing " + path.string());
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

KubeletVolume::KubeletVolume(fs::path path, std::chrono::milliseconds step)
    : path_(std::move(path)), step_(step) {
  fs::create_directories(path_);
}

void KubeletVolume::pass_time() const {
  if (step_.count() > 0) std::this_thread::sleep_for(step_);
}

void KubeletVolume::publish(const Files& files) {
  const std::string old = published_;
  static unsigned version = 0;  // the kubelet's names never come again, not even in a new volume
  char name[64];
  std::snprintf(name, sizeof name, "..2026_11_23_08_15_00.%09u", ++version);
  fs::create_directory(path_ / name);
  for (const auto& [file, text] : files) {
    pass_time();
    write_file(path_ / name / file, text);
  }
  pass_time();
  fs::create_symlink(name, path_ / "..data_tmp");
  pass_time();
  fs::rename(path_ / "..data_tmp", path_ / "..data");
  published_ = name;
  pass_time();
  link_names(files);
  pass_time();
  if (!old.empty()) fs::remove_all(path_ / old);
}

void KubeletVolume::link_names(const Files& files) const {
  for (const auto& [file, text] : files) {
    const fs::path link = path_ / file;
    if (fs::is_symlink(link)) continue;
    fs::create_symlink("..data/" + file, link);
    pass_time();
  }
  for (const auto& entry : fs::directory_iterator(path_)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("..") && !files.contains(name)) fs::remove(entry.path());
  }
}

FakeProc::FakeProc(fs::path path) : path_(std::move(path)) {
  fs::create_directories(path_);
}

void FakeProc::add(pid_t pid, const std::string& name, const std::string& mount_namespace,
                   const std::string& cgroup, char state, unsigned long flags) const {
  const fs::path folder = path_ / std::to_string(pid);
  fs::create_directories(folder / "ns");
  write_file(folder / "stat", std::to_string(pid) + " (" + name + ") " + state + " 0 1 1 0 -1 " +
                                  std::to_string(flags) + " 100 0 0 0\n");
  if (!mount_namespace.empty()) fs::create_symlink(mount_namespace, folder / "ns" / "mnt");
  if (!cgroup.empty()) write_file(folder / "cgroup", cgroup);
}

void FakeProc::remove(pid_t pid) const {
  fs::remove_all(path_ / std::to_string(pid));
}

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void become(std::vector<std::string>& command, std::vector<std::string>& environment,
                         const fs::path& output, const std::function<void()>& before_exec) {
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  if (before_exec) before_exec();
  ::execve(command.front().c_str(), pointers(command).data(), pointers(environment).data());
  ::_exit(127);
}

}  // namespace

Child::Child(std::vector<std::string> command, std::vector<std::string> environment,
             fs::path output, const std::function<void()>& before_exec)
    : output_(std::move(output)) {
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) become(command, environment, output_, before_exec);
}

Child::~Child() {
  if (reaped_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Child::running() const {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

std::optional<Child::Exit> Child::wait_exit(steady_clock::time_point since) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd ended{handle, POLLIN, 0};
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  const int ready = ::poll(&ended, 1, static_cast<int>(limit));
  ::close(handle);
  if (ready != 1) return std::nullopt;
  Exit exit;
  exit.milliseconds =
      std::chrono::duration<double, std::milli>(steady_clock::now() - since).count();
  int status = 0;
  ::waitpid(pid_, &status, 0);
  reaped_ = true;
  if (WIFEXITED(status)) exit.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) exit.signal = WTERMSIG(status);
  return exit;
}

bool Child::wait_output(const std::string& text) const {
  return maintenance::testing::eventually(patience,
                                          [&] { return output().find(text) != std::string::npos; });
}

std::vector<pid_t> children_of(pid_t pid) {
  const std::string id = std::to_string(pid);
  std::istringstream list(read_file("/proc/" + id + "/task/" + id + "/children"));
  std::vector<pid_t> out;
  for (pid_t child = 0; list >> child;)
    out.push_back(child);
  return out;
}

bool can_run(const std::vector<std::string>& command) {
  maintenance::testing::TempFolder folder;
  Child child(command, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, folder.file("output"));
  const auto exit = child.wait_exit();
  return exit && exit->code == 0;
}

void report(const std::string& what, double milliseconds) {
  std::printf("measured: %s: %.1f ms\n", what.c_str(), milliseconds);
}

}  // namespace maintenance::gate::testing
