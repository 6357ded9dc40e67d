#include "plugin/cli/parse.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <functional>
#include <sstream>

#include "common/http/endpoint.h"
#include "common/maintenance/record.h"
#include "common/text/duration.h"
#include "common/text/names.h"
#include "common/text/nearest.h"
#include "common/text/printable.h"
#include "plugin/cli/help.h"
#include "plugin/cli/options.h"
#include "plugin/cli/targets.h"

namespace maintenance::plugin {
namespace {

/// Longest command line that we look at; a shell's own limit is beyond 100,000 bytes.
constexpr std::size_t words_max = 4000;

/// One command: how its flags are declared, and how they become a value.
struct CommandDefinition {
  CommandHelp help;
  std::function<void(OptionTable&, RawOptions&)> declare;
  std::function<Result<Command>(const RawOptions&)> make;
  bool has_targets = false;
  std::vector<std::string> arguments = {};
};

const std::vector<std::string> completions{"bash", "zsh", "fish", "install"};

Error usage(const std::string& why) {
  return Error{ErrorKind::invalid, "", why};
}

Result<std::chrono::milliseconds> read_duration(const std::string& text, const std::string& flag,
                                                std::chrono::milliseconds fallback) {
  if (text.empty()) return fallback;
  const auto duration = text::parse_duration(text);
  if (!duration) {
    return usage("invalid argument " + text::quoted(text) + " for " + flag +
                 ": write for example 30s or 10m");
  }
  return duration->count() == 0 ? longest_timeout : std::min(*duration, longest_timeout);
}

Result<Format> read_format(const std::string& text, bool wide_allowed) {
  if (text.empty() || text == "table") return Format::table;
  if (text == "json") return Format::json;
  if (text == "yaml") return Format::yaml;
  if (text == "name") return Format::name;
  if (text == "wide" && wide_allowed) return Format::wide;
  return usage("unable to match a printer suitable for the output format " + text::quoted(text) +
               ", allowed formats are: json,name,table," + (wide_allowed ? "wide,yaml" : "yaml"));
}

Result<Way> read_way(const std::string& text) {
  if (text.empty() || text == "auto") return Way::automatic;
  if (text == "tunnel") return Way::tunnel;
  if (text == "proxy") return Way::proxy;
  return usage("invalid argument " + text::quoted(text) +
               " for --transport, allowed are: auto,tunnel,proxy");
}

Result<AgentAddress> read_agent(const RawOptions& raw) {
  const AgentAddress& agent = raw.agent;
  if (agent.url.empty()) {
    for (const auto& [flag, value] : {std::pair{"--agent-token", &agent.token},
                                      std::pair{"--agent-token-file", &agent.token_file},
                                      std::pair{"--agent-certificate-authority", &agent.ca_file}}) {
      if (!value->empty()) return usage(std::string(flag) + " needs --agent-url");
    }
    return agent;
  }
  if (!raw.transport.empty()) return usage("--agent-url and --transport exclude each other");
  if (!agent.token.empty() && !agent.token_file.empty()) {
    return usage("--agent-token and --agent-token-file exclude each other");
  }
  if (auto endpoint = http::parse_endpoint(agent.url); !endpoint) {
    return endpoint.error().within("--agent-url");
  }
  return agent;
}

Result<ConnectionOptions> read_connection(const RawOptions& raw) {
  ConnectionOptions out;
  out.command = raw.command;
  out.overrides = raw.overrides;
  out.verbosity = raw.verbosity;
  out.instance = raw.instance;
  if (!out.instance.empty()) {
    if (auto valid = text::check_label_value("instance", out.instance); !valid) {
      return valid.error();
    }
  }
  auto way = read_way(raw.transport);
  if (!way) return way.error();
  out.way = *way;
  auto agent = read_agent(raw);
  if (!agent) return agent.error();
  out.agent = std::move(*agent);
  if (const std::string& name = out.overrides.namespace_name; !name.empty()) {
    if (auto valid = text::check_label("namespace", name); !valid) return valid.error();
  }
  auto timeout = read_duration(raw.request_timeout, "--request-timeout", default_request_timeout);
  if (!timeout) return timeout.error();
  out.request_timeout = *timeout;
  return out;
}

Result<ChangeOptions> read_change(const RawOptions& raw) {
  ChangeOptions out;
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  auto targets = parse_targets(raw.words);
  if (!targets) return targets.error();
  if (targets->kind == TargetKind::dc && targets->names.size() > 1) {
    return usage("one datacenter at a time");
  }
  auto timeout = read_duration(raw.timeout, "--timeout", default_wait_timeout);
  if (!timeout) return timeout.error();
  auto format = read_format(raw.output, false);
  if (!format) return format.error();
  out.connection = std::move(*connection);
  out.targets = std::move(*targets);
  out.timeout = *timeout;
  out.format = *format;
  out.wait = raw.wait;
  out.yes = raw.yes;
  out.dry_run = raw.dry_run;
  return out;
}

std::vector<std::string> split_list(const std::string& raw) {
  std::vector<std::string> out;
  std::istringstream items(raw);
  for (std::string item; std::getline(items, item, ',');) {
    if (!item.empty()) out.push_back(item);
  }
  return out;
}

Result<Command> make_enable(const RawOptions& raw) {
  auto options = read_change(raw);
  if (!options) return options.error();
  if (raw.reason.size() > reason_bytes_max) {
    return usage("--reason is longer than " + std::to_string(reason_bytes_max) + " bytes");
  }
  if (!raw.hold_for.empty() && !text::parse_duration(raw.hold_for)) {
    return usage("invalid argument " + text::quoted(raw.hold_for) +
                 " for --for: write for example 90s, 15m, 2h30m or 3d");
  }
  return Command(EnableCommand{std::move(*options),
                               {raw.reason, raw.hold_for, split_list(raw.guards_overridden)}});
}

Result<Command> make_disable(const RawOptions& raw) {
  auto options = read_change(raw);
  if (!options) return options.error();
  return Command(DisableCommand{std::move(*options)});
}

Result<Command> make_status(const RawOptions& raw) {
  StatusCommand out;
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  if (!raw.words.empty()) {
    auto targets = parse_targets(raw.words);
    if (!targets) return targets.error();
    out.targets = std::move(*targets);
  }
  auto format = read_format(raw.output, true);
  if (!format) return format.error();
  out.connection = std::move(*connection);
  out.format = *format;
  return Command(std::move(out));
}

Result<Command> make_version(const RawOptions& raw) {
  if (!raw.words.empty()) return usage("unexpected argument " + text::quoted(raw.words.front()));
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  auto format = read_format(raw.output, false);
  if (!format) return format.error();
  return Command(VersionCommand{std::move(*connection), *format, raw.client_only});
}

Result<Command> make_config(const RawOptions& raw) {
  if (!raw.words.empty()) return usage("unexpected argument " + text::quoted(raw.words.front()));
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  auto format = read_format(raw.output, false);
  if (!format) return format.error();
  return Command(ConfigCommand{std::move(*connection), *format});
}

Result<Command> make_completion(const RawOptions& raw) {
  const auto& words = raw.words;
  if (words.size() == 1 &&
      std::find(completions.begin(), completions.end(), words.front()) != completions.end()) {
    return Command(CompletionCommand{words.front()});
  }
  return usage(
      "write one of: completion bash, completion zsh, completion fish, completion install");
}

void declare_change(OptionTable& table, RawOptions& raw) {
  table.flag("--wait", raw.wait, "If true, wait until the pods have reached their state.");
  table.text("--timeout", raw.timeout, "10m",
             "The length of time to wait before giving up, such as 30s, 10m; 0 means one day.");
  table.flag("-y,--yes", raw.yes,
             "Do not ask before a whole datacenter is changed, or what somebody else has put into "
             "maintenance is ended. Needed for that where there is no terminal.");
  table.flag("--dry-run", raw.dry_run,
             "If true, let the agent judge, say what would happen, and change nothing.");
  table.text("-o,--output", raw.output, "table",
             "Output format. One of: (json, name, table, yaml).");
  table.words(raw.words);
}

std::vector<CommandDefinition> definitions() {
  const auto declare_enable = [](OptionTable& table, RawOptions& raw) {
    table.text("--reason", raw.reason, "", "Why; shown by status to everybody.");
    table.text("--for", raw.hold_for, "",
               "How long, such as 15m, 2h30m, 3d; after that the pods run again. Empty: until "
               "disable.");
    table.text("--override", raw.guards_overridden, "",
               "Guards that shall not refuse, separated by commas, such as replica-down.");
    declare_change(table, raw);
  };
  const auto declare_status = [](OptionTable& table, RawOptions& raw) {
    table.text("-o,--output", raw.output, "table",
               "Output format. One of: (json, name, table, wide, yaml).");
    table.words(raw.words);
  };
  const auto declare_config = [](OptionTable& table, RawOptions& raw) {
    table.text("-o,--output", raw.output, "table",
               "Output format. One of: (json, name, table, yaml).");
    table.words(raw.words);
  };
  const auto declare_version = [](OptionTable& table, RawOptions& raw) {
    table.flag("--client", raw.client_only,
               "If true, show the version of this program only; needs no cluster.");
    table.text("-o,--output", raw.output, "table",
               "Output format. One of: (json, name, table, yaml).");
    table.words(raw.words);
  };
  const auto declare_completion = [](OptionTable& table, RawOptions& raw) {
    table.words(raw.words);
  };
  return {{enable_help(), declare_enable, make_enable, true},
          {disable_help(), declare_change, make_disable, true},
          {status_help(), declare_status, make_status, true},
          {config_help(), declare_config, make_config},
          {completion_help(), declare_completion, make_completion, false, completions},
          {version_help(), declare_version, make_version}};
}

/// What kubectl's own commands take for --dry-run. Only the agent can judge, so "client" is none.
std::string dry_run_in_our_words(const std::string& word) {
  if (word == "--dry-run=server") return "--dry-run=true";
  if (word == "--dry-run=none") return "--dry-run=false";
  return word;
}

/// pflag also understands "-n=value" and "--flag=" with nothing behind it; CLI11 does not.
std::vector<std::string> normalised(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  bool only_words = false;
  for (const std::string& word : words) {
    const bool is_short = word.size() > 3 && word[0] == '-' && word[1] != '-' && word[2] == '=';
    const bool is_empty_long = word.size() > 3 && word.rfind("--", 0) == 0 && word.back() == '=';
    if (only_words || (!is_short && !is_empty_long)) {
      out.push_back(only_words ? word : dry_run_in_our_words(word));
    } else if (is_short) {
      out.push_back(word.substr(0, 2));
      out.push_back(word.substr(3));
    } else {
      out.push_back(word.substr(0, word.size() - 1));
      out.emplace_back();
    }
    only_words = only_words || word == "--";
  }
  return out;
}

/// CLI11's complaint in the words of kubectl.
std::string explain(const CLI::ParseError& failure) {
  return text::printable(failure.what(), 300);
}

/// "; did you mean X?", or nothing.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view near = text::nearest(word, views);
  return near.empty() ? "" : "; did you mean " + std::string(near) + "?";
}

/// The long names among "-n, --namespace=''" and the like.
std::vector<std::string> long_names(const std::vector<OptionHelp>& options) {
  std::vector<std::string> out;
  for (const OptionHelp& option : options) {
    const auto from = option.flags.find("--");
    if (from == std::string::npos) continue;
    out.push_back(option.flags.substr(from, option.flags.find('=') - from));
  }
  return out;
}

std::string unexpected(const std::string& word, const std::vector<std::string>& flags) {
  if (word.rfind("--", 0) == 0) {
    const std::string name = word.substr(0, word.find('='));
    return "unknown flag: " + text::printable(name, 100) + suggestion(name, flags);
  }
  if (word.rfind('-', 0) == 0 && word.size() > 1)
    return "unknown shorthand flag in " + text::quoted(word);
  return "unexpected argument " + text::quoted(word);
}

/// The parser's state for one command line. CLI11 borrows the raw values, so they stay here.
struct Parser {
  struct Part {
    CommandDefinition definition;
    CLI::App* app = nullptr;
    OptionTable table;
  };

  CLI::App app;
  RawOptions raw;
  OptionTable global{app};
  std::vector<Part> parts;

  Parser() {
    app.set_help_flag();
    app.require_subcommand(0, 1);
    app.allow_extras();
    declare_connection_options(global, raw);
    for (CommandDefinition& definition : definitions()) {
      CLI::App* sub = app.add_subcommand(definition.help.name);
      sub->set_help_flag();
      sub->fallthrough();
      sub->allow_extras();
      Part part{std::move(definition), sub, OptionTable(*sub)};
      part.definition.declare(part.table, raw);
      parts.push_back(std::move(part));
    }
  }

  [[nodiscard]] Part* chosen() {
    const auto found = std::find_if(parts.begin(), parts.end(),
                                    [](const Part& part) { return part.app->parsed(); });
    return found == parts.end() ? nullptr : &*found;
  }

  [[nodiscard]] Command overview() const {
    std::vector<CommandHelp> commands;
    for (const Part& part : parts)
      commands.push_back(part.definition.help);
    return HelpText{render_overview(commands)};
  }

  [[nodiscard]] std::vector<OptionHelp> options_of(const Part& part) const {
    std::vector<OptionHelp> options = part.table.help();
    options.insert(options.end(), global.help().begin(), global.help().end());
    return options;
  }

  [[nodiscard]] Command help_of(const Part& part) const {
    return HelpText{render_help(part.definition.help, options_of(part))};
  }

  /// A word where a command belongs.
  [[nodiscard]] std::string not_a_command(const std::string& word) const {
    if (word.rfind('-', 0) == 0) return unexpected(word, long_names(global.help()));
    std::vector<std::string> names;
    for (const Part& part : parts)
      names.push_back(part.definition.help.name);
    return "unknown command " + text::quoted(word) + suggestion(word, names);
  }
};

Command finish(Parser& parser) {
  Parser::Part* part = parser.chosen();
  const auto extras = parser.app.remaining(true);
  if (part == nullptr) {
    if (parser.raw.help || extras.empty()) return parser.overview();
    return UsageError{parser.not_a_command(extras.front()), program_name};
  }
  if (parser.raw.help) return parser.help_of(*part);
  const std::string command = std::string(program_name) + " " + part->definition.help.name;
  if (!extras.empty()) {
    return UsageError{unexpected(extras.front(), long_names(parser.options_of(*part))), command};
  }
  parser.raw.command = command;
  auto made = part->definition.make(parser.raw);
  if (!made) return UsageError{made.error().message(), command};
  return std::move(*made);
}

}  // namespace

std::vector<CommandShape> command_shapes() {
  std::vector<CommandShape> out;
  for (const CommandDefinition& definition : definitions()) {
    CLI::App app;
    RawOptions raw;
    OptionTable table(app);
    definition.declare(table, raw);
    out.push_back({definition.help.name, definition.help.summary, table.help(),
                   definition.has_targets, definition.arguments});
  }
  return out;
}

std::vector<OptionHelp> connection_option_help() {
  CLI::App app;
  app.set_help_flag();
  RawOptions raw;
  OptionTable table(app);
  declare_connection_options(table, raw);
  return table.help();
}

Command parse_command_line(const std::vector<std::string>& words) {
  // Not a command that people type: help does not know it, and flags behind it are not ours.
  if (!words.empty() && words.front() == complete_word) {
    return CompleteCommand{{words.begin() + 1, words.end()}};
  }
  if (words.size() > words_max) return UsageError{"too many arguments", program_name};
  Parser parser;
  try {
    std::vector<std::string> reversed = normalised(words);
    std::reverse(reversed.begin(), reversed.end());  // CLI11 takes them from the back
    parser.app.parse(std::move(reversed));
    return finish(parser);
  } catch (const CLI::ParseError& failure) {
    Parser::Part* part = parser.chosen();
    std::string command = program_name;
    if (part != nullptr) command += " " + part->definition.help.name;
    return UsageError{explain(failure), command};
  }
}

}  // namespace maintenance::plugin
