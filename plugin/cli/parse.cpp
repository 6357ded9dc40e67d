#include "plugin/cli/parse.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "common/text/nearest.h"
#include "common/text/printable.h"
#include "plugin/cli/definitions.h"
#include "plugin/cli/help.h"
#include "plugin/cli/options.h"

namespace maintenance::plugin {
namespace {

/// Longest command line that we look at; a shell's own limit is beyond 100,000 bytes.
constexpr std::size_t command_line_words_max = 4000;

/// What kubectl's own commands take for --dry-run. Only the agent can judge, so "client" is none.
std::string dry_run_in_our_words(const std::string& word) {
  if (word == "--dry-run=server") return "--dry-run=true";
  if (word == "--dry-run=none") return "--dry-run=false";
  return word;
}

/// pflag also understands "-n=value" and "--flag=" with nothing behind it; CLI11 does not.
std::vector<std::string> normalised(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const std::string& word : words) {
    const bool is_short = word.size() > 3 && word[0] == '-' && word[1] != '-' && word[2] == '=';
    const bool is_empty_long = word.size() > 3 && word.rfind("--", 0) == 0 && word.back() == '=';
    if (!is_short && !is_empty_long) {
      out.push_back(dry_run_in_our_words(word));
    } else if (is_short) {
      out.push_back(word.substr(0, 2));
      out.push_back(word.substr(3));
    } else {
      out.push_back(word.substr(0, word.size() - 1));
      out.emplace_back();
    }
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
  const std::string_view nearest = text::nearest(word, views);
  return nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?";
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
  const ProgramName& called;

  explicit Parser(const ProgramName& name) : called(name) {
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
    return HelpText{render_overview(commands, called)};
  }

  [[nodiscard]] std::vector<OptionHelp> options_of(const Part& part) const {
    std::vector<OptionHelp> options = part.table.help();
    options.insert(options.end(), global.help().begin(), global.help().end());
    return options;
  }

  [[nodiscard]] Command help_of(const Part& part) const {
    return HelpText{render_help(part.definition.help, options_of(part), called)};
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
  auto& raw = parser.raw;
  if (!part->definition.takes_command) {
    raw.words.insert(raw.words.end(), raw.behind.begin(), raw.behind.end());
    raw.behind.clear();
  }
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
    out.push_back({definition.help.name, definition.help.summary, table.help(), definition.targets,
                   definition.arguments, definition.takes_command});
  }
  return out;
}

std::vector<CommandReference> command_references() {
  const ProgramName usual;
  const Parser parser(usual);
  std::vector<CommandReference> out;
  for (const Parser::Part& part : parser.parts)
    out.push_back({part.definition.help, parser.options_of(part)});
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

Command parse_command_line(const std::vector<std::string>& words, const ProgramName& called) {
  // Not a command that people type: help does not know it, and flags behind it are not ours.
  if (!words.empty() && words.front() == complete_word) {
    return CompleteCommand{{words.begin() + 1, words.end()}};
  }
  if (words.size() > command_line_words_max) return UsageError{"too many arguments", program_name};
  Parser parser(called);
  try {
    const auto dashes = std::find(words.begin(), words.end(), "--");
    if (dashes != words.end()) parser.raw.behind.assign(dashes + 1, words.end());
    std::vector<std::string> reversed = normalised({words.begin(), dashes});
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
