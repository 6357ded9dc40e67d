#include "agent/gate/program.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "agent/gate/copy.h"
#include "agent/gate/exit_codes.h"
#include "agent/gate/gate.h"
#include "agent/gate/options.h"

namespace maintenance::gate {
namespace {

void print(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody to tell
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

int complain(const Error& error, int code) {
  print(STDERR_FILENO, "maintenance-gate: " + error.message() + "\n");
  return code;
}

int hold(const Options& options) {
  SystemClock clock;
  Log log(STDOUT_FILENO, clock);
  Watch watch(options.directory);
  if (!watch.ready()) {
    // Not 0: the kubelet starts the gate again and nothing after it.
    return complain({ErrorKind::internal, "receiving signals", ::strerror(errno)}, exit_failed);
  }
  log.info("maintenance-gate started", {{"version", MAINTENANCE_VERSION},
                                        {"pod", options.pod},
                                        {"directory", options.directory},
                                        {"pid", std::to_string(::getpid())}});
  MountedVolume volume(options.directory, options.pod);
  ContainerProcesses processes(options.proc_root, ::getpid());
  return Gate(options.pod, Parts{volume, processes, watch, clock, log}).run();
}

int show_status(const Options& options) {
  const View view = look(options.directory, options.pod);
  switch (view.presence) {
    case Presence::present:
      print(STDOUT_FILENO, "held: " + options.pod + " is in maintenance\n");
      return exit_released;
    case Presence::unreadable:
      print(STDOUT_FILENO, "held: it cannot be told whether " + options.pod +
                               " is in maintenance: " + view.reason + "\n");
      return exit_released;
    case Presence::absent:
      break;
  }
  print(STDOUT_FILENO, "not held: " + options.pod + " is not in maintenance\n");
  return exit_failed;
}

int copy(const Options& options) {
  const auto path = copy_program("/proc/self/exe", options.copy_to);
  if (!path) return complain(path.error(), exit_failed);
  print(STDOUT_FILENO, "copied maintenance-gate " MAINTENANCE_VERSION " to " + *path + "\n");
  return exit_released;
}

}  // namespace

int run_program(std::span<const char* const> arguments, std::span<const char* const> environment) {
  const auto options = parse_options(arguments, environment);
  if (!options) return complain(options.error(), exit_usage);
  switch (options->mode) {
    case Mode::hold:
      return hold(*options);
    case Mode::status:
      return show_status(*options);
    case Mode::copy:
      return copy(*options);
    case Mode::version:
      print(STDOUT_FILENO, "maintenance-gate " MAINTENANCE_VERSION "\n");
      return exit_released;
    case Mode::help:
      print(STDOUT_FILENO, help_text());
      return exit_released;
  }
  return exit_usage;
}

}  // namespace maintenance::gate
