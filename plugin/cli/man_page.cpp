#include "plugin/cli/man_page.h"

#include <Poco/String.h>

#include <sstream>

#include "plugin/cli/help.h"

namespace maintenance::plugin {
namespace {

/// Text as roff takes it for itself: its escape character, a hyphen that can be copied as a minus,
/// and no line that looks like a request.
std::string roff(const std::string& text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

std::string section(const std::string& title, const std::string& body) {
  return ".SH " + title + "\n" + body + (body.empty() || body.back() == '\n' ? "" : "\n");
}

/// Lines that stay as they are.
std::string section_of_lines(const std::string& title, const std::string& lines) {
  return section(title, ".nf\n" + roff(lines) + ".fi\n");
}

/// "States:\n  a  b\n\nColumns:\n …": each block under its own heading.
std::string sections_of_blocks(const std::string& text) {
  std::string out;
  std::string title;
  std::string body;
  std::istringstream lines(text);
  const auto finish = [&] {
    if (!title.empty()) out += section_of_lines(title, body);
    title.clear();
    body.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    const bool heading = !line.empty() && line.front() != ' ' && line.back() == ':';
    if (heading) {
      finish();
      title = Poco::toUpper(line.substr(0, line.size() - 1));
    } else if (title.empty() && !line.empty()) {
      title = "NOTES";
      body += line + "\n";
    } else if (!line.empty()) {
      body += line + "\n";
    }
  }
  finish();
  return out;
}

std::string heading(const std::string& name) {
  return ".TH " + roff(Poco::toUpper(name)) +
         " 1 \"\" \"kubectl-maintenance " MAINTENANCE_VERSION "\" \"User Commands\"\n";
}

std::string options_section(const std::vector<OptionHelp>& options) {
  std::string body;
  for (const OptionHelp& option : options)
    body += ".TP\n\\fB" + roff(option.flags) + "\\fR\n" + roff(option.text) + "\n";
  return section("OPTIONS", body);
}

std::string program_page(const std::vector<CommandReference>& references,
                         const ProgramName& called) {
  std::string commands;
  std::string also;
  for (const CommandReference& reference : references) {
    commands +=
        ".TP\n\\fB" + roff(reference.help.name) + "\\fR\n" + roff(reference.help.summary) + "\n";
    also += (also.empty() ? "" : ", ") + roff(called.file + "-" + reference.help.name) + "(1)";
  }
  return heading(called.file) +
         section("NAME", roff(called.file) + " \\- " + roff(program_summary())) +
         section("SYNOPSIS", "\\fB" + roff(called.command) + "\\fR COMMAND [options]") +
         section("DESCRIPTION", roff(program_description())) + section("COMMANDS", commands) +
         sections_of_blocks(states_help()) + sections_of_blocks(exit_codes_help()) +
         section("SEE ALSO", also);
}

}  // namespace

ManPage man_page(const CommandReference& reference, const ProgramName& called) {
  const CommandHelp& help = reference.help;
  const std::string name = called.file + "-" + help.name;
  const auto named = [&called](const std::string& text) { return in_the_name_of(called, text); };
  return {name + ".1",
          heading(name) + section("NAME", roff(name) + " \\- " + roff(help.summary)) +
              section("SYNOPSIS", "\\fB" + roff(called.command) + "\\fR " + roff(help.usage)) +
              section("DESCRIPTION", roff(named(help.description))) +
              options_section(reference.options) +
              section_of_lines("EXAMPLES", named(help.examples)) + sections_of_blocks(help.more) +
              sections_of_blocks(exit_codes_help()) +
              section("SEE ALSO", roff(called.file) + "(1)")};
}

std::vector<ManPage> man_pages(const ProgramName& called) {
  const std::vector<CommandReference> references = command_references();
  std::vector<ManPage> out = {{called.file + ".1", program_page(references, called)}};
  for (const CommandReference& reference : references)
    out.push_back(man_page(reference, called));
  return out;
}

}  // namespace maintenance::plugin
