// The pages of docs/reference say what -h says. To write them anew, from the root of the project:
//   MAINTENANCE_UPDATE_DOCS=1 build/tests/unit_plugin --run_test=reference_docs_test
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "plugin/cli/help.h"
#include "plugin/cli/parse.h"
#include "tests/support/generated_file.h"

namespace maintenance::testing {
namespace {

using plugin::CommandReference;
namespace fs = std::filesystem;

constexpr const char* folder = "docs/reference";
constexpr const char* how_to_update =
    " is stale; type: MAINTENANCE_UPDATE_DOCS=1 build/tests/unit_plugin "
    "--run_test=reference_docs_test";
constexpr const char* where_from =
    "<!-- Written by reference_docs_test from what -h says; do not edit. -->\n\n";

std::string block(const std::string& kind, const std::string& lines) {
  return "```" + kind + "\n" + lines + "```\n";
}

/// `text` without the two spaces that help puts in front of each line of an example.
std::string outdented(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    out += (line.rfind("  ", 0) == 0 ? line.substr(2) : line) + "\n";
  return out;
}

/// What is in a table's cell must not end it.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string page_of(const CommandReference& reference) {
  const plugin::CommandHelp& help = reference.help;
  std::string out = "# " + help.name + "\n\n" + where_from + help.summary + ".\n\n" +
                    block("text", "kubectl maintenance " + help.usage + "\n") + "\n" +
                    help.description + "\n\n## Examples\n\n" +
                    block("bash", outdented(help.examples)) +
                    "\n## Options\n\n| option | what it does |\n|---|---|\n";
  for (const plugin::OptionHelp& option : reference.options)
    out += "| `" + cell(option.flags) + "` | " + cell(option.text) + " |\n";
  if (!help.more.empty()) out += "\n## Words\n\n" + block("text", help.more);
  return out + "\nThe exit codes are those of [all commands](index.md#exit-codes).\n";
}

std::string index_of(const std::vector<CommandReference>& references) {
  std::string out = "# Commands\n\n" + std::string(where_from) + plugin::program_summary() +
                    ".\n\n" + plugin::program_description() +
                    "\n\n| command | what it does |\n|---|---|\n";
  for (const CommandReference& reference : references)
    out += "| [" + reference.help.name + "](" + reference.help.name + ".md) | " +
           reference.help.summary + " |\n";
  return out +
         "\nWhat they do beyond their flags is in [Commands](../commands.md).\n\n## States\n\n" +
         block("text", plugin::states_help()) + "\n## Exit codes\n\n" +
         block("text", plugin::exit_codes_help());
}

void expect_page(const std::string& name, const std::string& expected) {
  if (std::getenv("MAINTENANCE_UPDATE_DOCS") != nullptr) fs::create_directories(folder);
  expect_generated(std::string(folder) + "/" + name + ".md", expected, how_to_update);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_docs_test)

BOOST_AUTO_TEST_CASE(each_command_has_its_page_and_nothing_else_has) {
  const auto references = plugin::command_references();
  expect_page("index", index_of(references));
  for (const CommandReference& reference : references)
    expect_page(reference.help.name, page_of(reference));
  std::size_t pages = 0;
  for ([[maybe_unused]] const auto& page : fs::directory_iterator(folder))
    ++pages;
  BOOST_TEST(pages == references.size() + 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
