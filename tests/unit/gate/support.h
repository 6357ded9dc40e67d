#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/temp_folder.h"

namespace maintenance::gate::testing {

/// How long a test waits for what must happen soon; far above what it takes, for slow machines.
inline constexpr std::chrono::seconds patience{10};

void write_file(const std::filesystem::path& path, const std::string& text);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// A folder that is written as the kubelet writes a ConfigMap volume: each version into a new
/// folder, `..data` renamed over, links for the names, the old folder removed.
class KubeletVolume {
 public:
  using Files = std::map<std::string, std::string>;

  /// `step` passes between any two changes of the disk: how slow it is.
  explicit KubeletVolume(std::filesystem::path path, std::chrono::milliseconds step = {});
  /// Publishes `files` as the new content.
  void publish(const Files& files);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The folder behind `..data`.
  [[nodiscard]] std::filesystem::path data() const { return path_ / published_; }

 private:
  void link_names(const Files& files) const;
  void pass_time() const;

  std::filesystem::path path_;
  std::chrono::milliseconds step_;
  std::string published_;
};

/// A proc file system made of files.
class FakeProc {
 public:
  explicit FakeProc(std::filesystem::path path);
  /// One process; empty `mount_namespace` or `cgroup`: that file cannot be read.
  void add(pid_t pid, const std::string& name, const std::string& mount_namespace,
           const std::string& cgroup = "", char state = 'S', unsigned long flags = 0) const;
  void remove(pid_t pid) const;
  [[nodiscard]] std::string path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A started program whose output is in a file. Killed with the object. Used by one thread.
class Child {
 public:
  struct Exit {
    int code = -1;            ///< -1: it did not end by itself
    int signal = 0;           ///< the signal that ended it
    double milliseconds = 0;  ///< from the moment given to wait_exit() to its end
  };

  /// `before_exec` runs in the new process. Environment entries are "NAME=value".
  Child(std::vector<std::string> command, std::vector<std::string> environment,
        std::filesystem::path output, const std::function<void()>& before_exec = {});
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool running() const;
  /// Nothing when it still runs after all patience.
  [[nodiscard]] std::optional<Exit> wait_exit(
      std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now());
  [[nodiscard]] std::string output() const { return read_file(output_); }
  [[nodiscard]] bool wait_output(const std::string& text) const;

 private:
  pid_t pid_ = -1;
  bool reaped_ = false;
  std::filesystem::path output_;
};

/// The processes whose parent is `pid`, zombies included.
[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);

/// Whether a command works on this machine, for tests that need rights not everybody has.
[[nodiscard]] bool can_run(const std::vector<std::string>& command);

/// Prints a measured time: tests only assert generous bounds, people want the number.
void report(const std::string& what, double milliseconds);

}  // namespace maintenance::gate::testing
