#include "agent/gate/options.h"

#include <array>
#include <string_view>

#include "common/text/names.h"
#include "common/text/printable.h"

namespace maintenance::gate {
namespace {

using text::quoted;

/// A flag that takes a value, and the variable that says the same.
struct Setting {
  std::string_view flag;
  std::string_view variable;  ///< empty: there is none
  std::string_view value;     ///< how help calls the value
  std::string Options::*field;
  std::string_view help;
};

constexpr std::array<Setting, 4> settings{{
    {"--maintenance-dir", "MAINTENANCE_DIR", "DIR", &Options::directory,
     "where the maintenance ConfigMap is mounted (default /etc/maintenance)"},
    // Only this name counts, never HOSTNAME: with hostNetwork that is the name of the node, and a
    // long pod name is cut at 63 characters in it. The record would never match and the pod would
    // start Cassandra while everybody believes that it is held.
    {"--pod-name", "POD_NAME", "NAME", &Options::pod,
     "this pod's name, from the downward API (metadata.name); required"},
    {"--proc-root", "MAINTENANCE_PROC_ROOT", "DIR", &Options::proc_root,
     "where processes are looked for (default /proc)"},
    {"--copy-to", "", "DIR", &Options::copy_to,
     "copy this program to DIR/maintenance-gate and end"},
}};

/// A flag that chooses what to do.
struct ModeFlag {
  std::string_view flag;
  Mode mode;
  std::string_view help;
};

constexpr std::array<ModeFlag, 3> mode_flags{{
    {"--status", Mode::status, "exit 0 if this pod is held, 1 if it is not"},
    {"--version", Mode::version, "show the version"},
    {"--help", Mode::help, "show this help"},
}};

Error usage(std::string doing, std::string cause) {
  return Error{ErrorKind::invalid, std::move(doing), std::move(cause)};
}

void read_environment(std::span<const char* const> environment, Options& options) {
  for (const std::string_view entry : environment) {
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos || equals + 1 == entry.size()) continue;
    for (const Setting& setting : settings) {
      if (setting.variable.empty() || setting.variable != entry.substr(0, equals)) continue;
      options.*setting.field = entry.substr(equals + 1);
    }
  }
}

const Setting* find_setting(std::string_view flag) {
  for (const Setting& setting : settings) {
    if (setting.flag == flag) return &setting;
  }
  return nullptr;
}

const ModeFlag* find_mode(std::string_view flag) {
  for (const ModeFlag& mode : mode_flags) {
    if (mode.flag == flag) return &mode;
  }
  return nullptr;
}

/// Reads the flag at `index` and moves `index` past its value.
Result<void> read_flag(std::span<const char* const> arguments, std::size_t& index,
                       Options& options) {
  const std::string_view argument = arguments[index];
  if (const ModeFlag* mode = find_mode(argument)) {
    options.mode = mode->mode;
    return {};
  }
  const auto equals = argument.find('=');
  const Setting* setting = find_setting(argument.substr(0, equals));
  if (setting == nullptr) {
    return usage("argument " + quoted(argument), "not known; see maintenance-gate --help");
  }
  std::string_view value;
  if (equals != std::string_view::npos) {
    value = argument.substr(equals + 1);
  } else if (index + 1 < arguments.size()) {
    value = arguments[++index];
  }
  if (value.empty()) return usage(std::string(setting->flag), "needs a value");
  options.*setting->field = value;
  if (setting->field == &Options::copy_to) options.mode = Mode::copy;
  return {};
}

Result<void> check_path(std::string_view what, const std::string& path) {
  if (path.starts_with('/')) return {};
  return usage(std::string(what) + " " + quoted(path), "must be an absolute path");
}

Result<void> check_pod(const std::string& pod) {
  if (pod.empty()) {
    return usage("POD_NAME is not set",
                 "give this container the variable POD_NAME from the downward API "
                 "(valueFrom.fieldRef.fieldPath: metadata.name); HOSTNAME is not used because it "
                 "is not always the name of the pod");
  }
  const auto valid = text::check_subdomain("POD_NAME: pod", pod);
  if (!valid) return valid.error();
  return {};
}

Result<void> check(const Options& options) {
  if (options.mode == Mode::copy) return check_path("--copy-to", options.copy_to);
  if (options.mode != Mode::hold && options.mode != Mode::status) return {};
  for (const auto& valid :
       {check_pod(options.pod), check_path("--maintenance-dir", options.directory),
        check_path("--proc-root", options.proc_root)}) {
    if (!valid) return valid.error();
  }
  return {};
}

void add_help_line(std::string& out, std::string left, std::string_view help,
                   std::string_view variable) {
  constexpr std::size_t help_column = 24;
  left.insert(0, "  ");
  left.resize(std::max(left.size() + 1, help_column), ' ');
  out.append(left).append(help);
  if (!variable.empty()) out.append(" [").append(variable).append("]");
  out += '\n';
}

}  // namespace

Result<Options> parse_options(std::span<const char* const> arguments,
                              std::span<const char* const> environment) {
  Options options;
  read_environment(environment, options);
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const auto read = read_flag(arguments, index, options);
    if (!read) return read.error();
  }
  const auto valid = check(options);
  if (!valid) return valid.error();
  return options;
}

std::string help_text() {
  std::string out =
      "maintenance-gate: init container that holds its pod while the pod is in maintenance.\n\n"
      "Without a flag it waits while DIR/NAME exists and no longer, and while other processes\n"
      "still run in its container. A volume that cannot be read holds the pod as well.\n\n"
      "Flags [and the variables that say the same]:\n";
  for (const Setting& setting : settings) {
    add_help_line(out, std::string(setting.flag) + " " + std::string(setting.value), setting.help,
                  setting.variable);
  }
  for (const ModeFlag& mode : mode_flags)
    add_help_line(out, std::string(mode.flag), mode.help, {});
  out +=
      "\nExit code: 0 not in maintenance (the only one after which Cassandra starts), 1 failed,\n"
      "2 wrong flag or variable, 128 + signal when stopped (143 for SIGTERM): the kubelet then\n"
      "does not go on to start Cassandra.\n";
  return out;
}

}  // namespace maintenance::gate
