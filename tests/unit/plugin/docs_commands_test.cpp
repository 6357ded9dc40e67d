// Each `kubectl maintenance …` that documentation shows, also where no test can type it because of
// a <placeholder>, is a command line that the plugin understands.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "common/text/file.h"
#include "plugin/cli/parse.h"
#include "tests/support/check.h"

namespace maintenance::testing {
namespace {

namespace fs = std::filesystem;

const std::string name_of_program = "kubectl maintenance ";

std::vector<fs::path> pages() {
  std::vector<fs::path> out = {"README.md", "SECURITY.md", "CONTRIBUTING.md"};
  for (const auto& entry : fs::recursive_directory_iterator("docs"))
    if (entry.path().extension() == ".md") out.push_back(entry.path());
  return out;
}

/// What stands for something that the reader knows, as he would write it: <cluster>, NAME and $pod
/// are names, [LOCAL_PORT] is left out, and so is the end of a line that goes on.
std::string without_placeholders(const std::string& page) {
  std::string out = std::regex_replace(page, std::regex(R"(\\\n)"), " ");
  out = std::regex_replace(out, std::regex(R"(<[A-Za-z_ -]+>|\$[a-z]+)"), "name");
  out = std::regex_replace(out, std::regex(R"( \[[A-Z_]+\]`)"), "`");
  return std::regex_replace(out, std::regex(R"(\b[A-Z][A-Z_]+\b)"), "name");
}

/// The words up to where the shell, the code span or the line ends the command.
std::vector<std::string> words_at(const std::string& text, std::size_t at) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (; at < text.size() && text[at] != '\n'; ++at) {
    const char c = text[at];
    if (quote != 0 || c == '\'' || c == '"') {
      if (c == quote)
        quote = 0;
      else if (quote == 0)
        quote = c;
      else
        words.back() += c;
    } else if (std::string("|&;<>#)`").find(c) != std::string::npos) {
      break;
    } else if (c == ' ') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// Not a command, but the form of one, a picture, or in prose its name alone.
bool is_no_command(const std::vector<std::string>& words) {
  const auto is_form = [](const std::string& word) {
    return word.find_first_of("[(") != std::string::npos || word == "│";
  };
  return words.size() < 2 || std::any_of(words.begin(), words.end(), is_form);
}

/// The command lines of one page, without the program's name.
std::vector<std::vector<std::string>> commands_of(const std::string& page) {
  const std::string text = without_placeholders(page);
  std::vector<std::vector<std::string>> out;
  for (std::size_t at = text.find(name_of_program); at != std::string::npos;
       at = text.find(name_of_program, at + 1))
    if (auto words = words_at(text, at + name_of_program.size()); !is_no_command(words))
      out.push_back(std::move(words));
  return out;
}

std::string complaint_about(const std::vector<std::string>& words) {
  const plugin::Command command = plugin::parse_command_line(words);
  const auto* const refused = std::get_if<plugin::UsageError>(&command);
  return refused == nullptr ? "" : refused->message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(docs_commands_test)

BOOST_AUTO_TEST_CASE(every_command_that_a_page_shows_is_one) {
  std::size_t commands = 0;
  for (const fs::path& page : pages()) {
    const auto content = text::read_file(page.string());
    REQUIRE_OK(content);
    for (const auto& words : commands_of(*content)) {
      ++commands;
      std::string line;
      for (const std::string& word : words)
        line += " " + word;
      const std::string complaint = complaint_about(words);
      BOOST_TEST(complaint.empty(), page << ": kubectl maintenance" << line << ": " << complaint);
    }
  }
  // Far fewer would mean that they are no longer found.
  BOOST_TEST(commands > 80U);
}

BOOST_AUTO_TEST_CASE(what_is_misspelt_would_be_seen) {
  const auto commands = commands_of(
      "`kubectl maintenance enable pod NAME --raeson 'a b'`, then\n"
      "$ kubectl maintenance run pod <pod> -- \\\n  tar -c > file\n"
      "kubectl maintenance\n");
  BOOST_REQUIRE(commands.size() == 2U);
  BOOST_TEST(commands[0] == (std::vector<std::string>{"enable", "pod", "name", "--raeson", "a b"}),
             boost::test_tools::per_element());
  BOOST_TEST(commands[1] == (std::vector<std::string>{"run", "pod", "name", "--", "tar", "-c"}),
             boost::test_tools::per_element());
  BOOST_TEST(complaint_about(commands[0]).find("--raeson") != std::string::npos);
  BOOST_TEST(complaint_about(commands[1]) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
