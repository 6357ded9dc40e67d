#include "agent/config/command_line.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "agent/config/settings.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

struct Flag {
  std::string_view name;
  Mode mode;
  std::string_view help;
};

constexpr std::array<Flag, 3> flags{{
    {"--version", Mode::version, "show the version"},
    {"--help", Mode::help, "show this help"},
    {"--check-config", Mode::check_config, "check the environment and end: 0 when it is usable"},
}};

void add_line(std::string& out, std::string left, std::string_view help) {
  constexpr std::size_t help_column = 36;
  left.insert(0, "  ");
  left.resize(std::max(left.size() + 1, help_column), ' ');
  out.append(left).append(help).append("\n");
}

}  // namespace

Result<Mode> parse_command_line(std::span<const char* const> arguments) {
  if (arguments.empty()) return Mode::run;
  for (const Flag& flag : flags) {
    if (arguments.size() == 1 && flag.name == arguments[0]) return flag.mode;
  }
  return Error{ErrorKind::invalid, "argument " + text::quoted(arguments.back()),
               "not known; see maintenance-agent --help"};
}

std::string help_text() {
  std::string out =
      "maintenance-agent: puts Cassandra pods into maintenance and takes them out again, over "
      "HTTP.\n\nFlags:\n";
  for (const Flag& flag : flags)
    add_line(out, std::string(flag.name), flag.help);
  out += "\nEnvironment:\n";
  for (const Setting& setting : setting_table()) {
    add_line(out, std::string(setting.variable), setting.help);
    if (!setting.fallback.empty()) {
      add_line(out, "", "(default " + std::string(setting.fallback) + ")");
    }
  }
  out += "\nExit code: 0 stopped by a signal, 1 failed, 2 wrong flag or environment.\n";
  return out;
}

}  // namespace maintenance::agent
