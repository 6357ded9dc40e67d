#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maintenance::gate {

struct Process {
  pid_t pid = 0;
  std::string name;  ///< the kernel's short name ("comm"); chosen by the process, so never trusted
};

/// Processes named in one message; the rest is counted.
inline constexpr std::size_t named_processes_max = 8;

/// The other processes of this container. Plain data.
struct Census {
  std::vector<Process> named;  ///< the first named_processes_max of them
  std::size_t count = 0;       ///< all of them
  std::string unreadable;      ///< why it cannot be told, for people; then nothing above counts

  /// Nobody else is here, and that is certain.
  [[nodiscard]] bool alone() const { return count == 0 && unreadable.empty(); }
  /// "2 other processes: 12 (bash), 15 (nodetool)", "none", or "unknown: " and the reason.
  [[nodiscard]] std::string summary() const;
};

/// The fields of /proc/PID/stat that matter here.
struct ProcessStat {
  std::string name;
  char state = '?';
  unsigned long flags = 0;

  /// Runs code of a user: neither dead and waiting to be reaped, nor a thread of the kernel.
  [[nodiscard]] bool counts() const;
};

/// Reads the text of /proc/PID/stat; nothing when it is not such a text.
[[nodiscard]] std::optional<ProcessStat> parse_stat(std::string_view text);

/// Counts the processes in the container of the process `self`, itself excluded.
///
/// Process 1 has a pid namespace of its own, whoever is in it dies with it, so everybody counts:
/// also the tools of a `kubectl debug --target` container, which work on the volumes through
/// /proc/1/root. Otherwise (shareProcessNamespace, hostPID) those count that are in the same mount
/// namespace. Looking at another user's namespaces needs rights the gate does not have; then the
/// cgroup decides, which everybody may read and which is one per container. Who hides even that
/// does not count: the pod's pause process would otherwise hold the pod for ever.
[[nodiscard]] Census scan_processes(const std::string& proc_root, pid_t self);

/// What the gate's loop needs of the above; a test puts its own in place. Used by one thread.
class ProcessList {
 public:
  virtual ~ProcessList() = default;
  [[nodiscard]] virtual Census others() = 0;
};

/// The processes below a proc file system. Owned by the program.
class ContainerProcesses final : public ProcessList {
 public:
  ContainerProcesses(std::string proc_root, pid_t self)
      : proc_root_(std::move(proc_root)), self_(self) {}

  [[nodiscard]] Census others() override { return scan_processes(proc_root_, self_); }

 private:
  std::string proc_root_;
  pid_t self_;
};

/// Collects dead children, as process 1 must: whatever a `kubectl exec` leaves behind becomes a
/// child of the gate. Returns how many there were.
int reap_children();

}  // namespace maintenance::gate
