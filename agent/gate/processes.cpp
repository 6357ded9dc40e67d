#include "agent/gate/processes.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "agent/gate/descriptor.h"
#include "common/text/printable.h"

namespace maintenance::gate {
namespace {

/// Longest file of proc that is read here: a stat line has about 350 bytes, a cgroup file of
/// version 1 about 12 lines of 200.
constexpr std::size_t proc_file_bytes_max = 8192;

/// Dead children collected in one go, so that a flood of them cannot keep the gate from its work;
/// the rest is collected at the next wake.
constexpr int reaped_max = 1024;

constexpr unsigned long kernel_thread_flag = 0x00200000;  // PF_KTHREAD in the kernel's sched.h

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/// The start of a file, or nothing with errno set.
std::optional<std::string> read_file(int directory, const std::string& path) {
  const Descriptor file(::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text(proc_file_bytes_max, '\0');
  const auto length = ::read(file.get(), text.data(), text.size());
  if (length < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> read_link(int directory, const std::string& path) {
  std::array<char, 256> target{};
  const auto length = ::readlinkat(directory, path.c_str(), target.data(), target.size());
  if (length < 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

std::optional<pid_t> parse_pid(std::string_view name) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (error != std::errc() || end != name.data() + name.size() || pid <= 0) return std::nullopt;
  return pid;
}

/// What two processes of one container have in common.
struct Place {
  std::optional<std::string> mount_namespace;
  std::optional<std::string> cgroup;
};

Place place_of(int proc, pid_t pid) {
  const std::string folder = std::to_string(pid);
  return {read_link(proc, folder + "/ns/mnt"), read_file(proc, folder + "/cgroup")};
}

bool same_container(const Place& mine, const Place& other) {
  if (mine.mount_namespace && other.mount_namespace) {
    return mine.mount_namespace == other.mount_namespace;
  }
  return mine.cgroup && other.cgroup && mine.cgroup == other.cgroup;
}

/// One process, or nothing when it has gone or does not count.
std::optional<Process> read_process(int proc, pid_t pid) {
  const auto text = read_file(proc, std::to_string(pid) + "/stat");
  if (!text && (errno == ENOENT || errno == ESRCH)) return std::nullopt;
  const auto stat = text ? parse_stat(*text) : std::nullopt;
  if (!stat) return Process{pid, "?"};  // it exists, so it counts
  if (!stat->counts()) return std::nullopt;
  return Process{pid, stat->name};
}

}  // namespace

bool ProcessStat::counts() const {
  return state != 'Z' && state != 'X' && state != 'x' && (flags & kernel_thread_flag) == 0;
}

std::optional<ProcessStat> parse_stat(std::string_view text) {
  // "PID (NAME) STATE PPID PGRP SESSION TTY TPGID FLAGS ...": NAME may contain anything, also
  // blanks and brackets, therefore the last closing bracket counts.
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  ProcessStat stat;
  stat.name = text.substr(open + 1, close - open - 1);
  std::string_view rest = text.substr(close + 1);
  constexpr int flags_field = 6;  // counted from STATE
  for (int field = 0; field <= flags_field; ++field) {
    if (rest.empty() || rest.front() != ' ') return std::nullopt;
    rest.remove_prefix(1);
    const std::string_view value = rest.substr(0, rest.find(' '));
    if (value.empty()) return std::nullopt;
    if (field == 0) stat.state = value.front();
    if (field == flags_field) {
      const auto read = std::from_chars(value.data(), value.data() + value.size(), stat.flags);
      if (read.ec != std::errc()) return std::nullopt;
    }
    rest.remove_prefix(value.size());
  }
  return stat;
}

std::string Census::summary() const {
  if (!unreadable.empty()) return "unknown: " + unreadable;
  if (count == 0) return "none";
  std::string out = std::to_string(count);
  out += count == 1 ? " other process: " : " other processes: ";
  for (const Process& process : named) {
    if (&process != &named.front()) out += ", ";
    out += std::to_string(process.pid) + " (" + text::printable(process.name) + ")";
  }
  if (count > named.size()) out += " and " + std::to_string(count - named.size()) + " more";
  return out;
}

Census scan_processes(const std::string& proc_root, pid_t self) {
  Census census;
  const Directory proc(::opendir(proc_root.c_str()));
  if (!proc) {
    census.unreadable = proc_root + ": " + ::strerror(errno);
    return census;
  }
  const int root = ::dirfd(proc.get());
  const bool own_pid_namespace = self == 1;
  const Place mine = own_pid_namespace ? Place{} : place_of(root, self);
  bool self_seen = false;
  for (errno = 0; const dirent* entry = ::readdir(proc.get()); errno = 0) {
    const auto pid = parse_pid(entry->d_name);
    if (!pid) continue;
    self_seen = self_seen || *pid == self;
    if (*pid == self) continue;
    auto process = read_process(root, *pid);
    if (!process) continue;
    if (!own_pid_namespace && !same_container(mine, place_of(root, *pid))) continue;
    ++census.count;
    if (census.named.size() < named_processes_max) census.named.push_back(std::move(*process));
  }
  if (errno != 0) census.unreadable = proc_root + ": " + ::strerror(errno);
  // A proc that does not even show ourselves shows other processes (another pid namespace) or none
  // (an empty folder): nobody could be missed more silently.
  else if (!self_seen)
    census.unreadable = proc_root + " does not show this process";
  return census;
}

int reap_children() {
  int reaped = 0;
  while (reaped<reaped_max&& ::waitpid(-1, nullptr, WNOHANG)> 0)
    ++reaped;
  return reaped;
}

}  // namespace maintenance::gate
