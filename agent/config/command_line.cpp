#include "agent/config/command_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "agent/config/setting.h"
#include "common/text/nearest.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

struct ModeFlag {
  std::string_view name;
  Mode mode;
  std::string_view help;
};

constexpr std::array<ModeFlag, 4> mode_flags{{
    {"--version", Mode::version, "show the version"},
    {"--help", Mode::help, "show this help"},
    {"--check-config", Mode::check_config, "check the settings and end: 0 when they are usable"},
    {"--print-config", Mode::print_config, "show the settings, and where they come from, as YAML"},
}};

constexpr std::string_view file_flag = "--config";

Error wrong(std::string_view argument, std::string why) {
  return Error{ErrorKind::invalid, "argument " + text::quoted(argument), std::move(why)};
}

Error not_known(std::string_view argument) {
  std::vector<std::string_view> known{file_flag};
  for (const ModeFlag& flag : mode_flags)
    known.push_back(flag.name);
  for (const Setting& setting : setting_table())
    known.push_back(setting.flag);
  const std::string_view near = text::nearest(argument.substr(0, argument.find('=')), known);
  const std::string meant = near.empty() ? "" : "did you mean " + std::string(near) + "? ";
  return wrong(argument, "not known; " + meant + "see maintenance-agent --help");
}

/// The table's own name for the flag (it lives on), or empty.
std::string_view value_flag(std::string_view name) {
  if (name == file_flag) return file_flag;
  for (const Setting& setting : setting_table()) {
    if (setting.flag == name) return setting.flag;
  }
  return {};
}

/// Goes through the arguments once; made for one command line.
class Reader {
 public:
  explicit Reader(std::span<const char* const> arguments) : rest_(arguments) {}

  Result<CommandLine> read() {
    while (!rest_.empty()) {
      if (auto next = read_next(); !next) return next.error();
    }
    return std::move(out_);
  }

 private:
  Result<void> read_next() {
    const std::string_view argument = take();
    for (const ModeFlag& flag : mode_flags) {
      if (flag.name == argument) return set_mode(flag);
    }
    const auto sign = argument.find('=');
    const std::string_view flag = value_flag(argument.substr(0, sign));
    if (flag.empty()) return not_known(argument);
    if (sign != std::string_view::npos) return set(flag, argument.substr(sign + 1));
    if (rest_.empty() || std::string_view(rest_.front()).starts_with("--")) {
      return wrong(argument, "needs a value: " + std::string(flag) + "=VALUE");
    }
    return set(flag, take());
  }

  std::string_view take() {
    const std::string_view first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }

  Result<void> set_mode(const ModeFlag& flag) {
    if (out_.mode != Mode::run) return wrong(flag.name, "only one thing can be done at a time");
    out_.mode = flag.mode;
    return {};
  }

  Result<void> set(std::string_view flag, std::string_view value) {
    if (flag == file_flag) {
      if (!out_.config_file.empty()) return wrong(flag, "given twice");
      if (value.empty()) return wrong(flag, "needs the path of a file");
      out_.config_file = value;
      return {};
    }
    if (!out_.values.emplace(flag, value).second) return wrong(flag, "given twice");
    return {};
  }

  std::span<const char* const> rest_;
  CommandLine out_;
};

void add_line(std::string& out, std::string left, std::string_view help) {
  constexpr std::size_t help_column = 36;
  left.insert(0, "  ");
  left.resize(std::max(left.size() + 1, help_column), ' ');
  out.append(left).append(help).append("\n");
}

void add_setting(std::string& out, const Setting& setting) {
  add_line(out, std::string(setting.flag), setting.help);
  if (!setting.fallback.empty())
    add_line(out, "", "(default " + std::string(setting.fallback) + ")");
  add_line(out, "", std::string(setting.variable) + ", " + std::string(setting.path));
}

}  // namespace

Result<CommandLine> parse_command_line(std::span<const char* const> arguments) {
  return Reader(arguments).read();
}

std::string help_text() {
  std::string out =
      "maintenance-agent: puts Cassandra pods into maintenance and takes them out again, over "
      "HTTP.\n\nFlags:\n";
  for (const ModeFlag& flag : mode_flags)
    add_line(out, std::string(flag.name), flag.help);
  out +=
      "\nSettings, each as --flag VALUE, as environment variable, or as key of a YAML file. A "
      "flag\n"
      "wins over the environment, and that over the file:\n";
  add_line(out, std::string(file_flag), "the file; none by default");
  add_line(out, "", "MAINTENANCE_CONFIG");
  for (const Setting& setting : setting_table())
    add_setting(out, setting);
  out += "\nExit code: 0 stopped by a signal, 1 failed, 2 wrong flag or setting.\n";
  return out;
}

}  // namespace maintenance::agent
