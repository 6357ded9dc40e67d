#include "plugin/cli/help.h"

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "plugin/cli/parse.h"
#include "tests/support/check.h"

using namespace maintenance::plugin;
using maintenance::testing::contains;

namespace {

std::string help_for(const std::vector<std::string>& words) {
  const Command command = parse_command_line(words);
  BOOST_REQUIRE(std::holds_alternative<HelpText>(command));
  return std::get<HelpText>(command).text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(help_test)

BOOST_AUTO_TEST_CASE(a_command_is_shown_in_kubectls_form) {
  const CommandHelp help{"frob",           "",       "Does this.", "  kubectl maintenance frob\n",
                         "frob [options]", "More:\n"};
  const std::string text = render_help(help, {{"-x, --xx=''", "Some text."}}, {});
  BOOST_TEST(contains(text,
                      " Does this.\n"
                      "\nExamples:\n"
                      "  kubectl maintenance frob\n"
                      "\nOptions:\n"
                      "    -x, --xx='':\n"
                      "        Some text.\n"
                      "\nUsage:\n"
                      "  kubectl maintenance frob [options]\n"
                      "\nMore:\n"
                      "\nExit codes:\n"),
             text);
}

BOOST_AUTO_TEST_CASE(every_command_has_all_parts) {
  for (const char* name : {"enable", "disable", "status", "run", "check", "inject", "config",
                           "port-forward", "completion", "version"}) {
    const std::string text = help_for({name, "-h"});
    for (const char* part : {"Examples:", "Options:", "Usage:", "Exit codes:", "--kubeconfig='':",
                             "-n, --namespace='':", "-h, --help=false:", "-v, --v=0:"}) {
      BOOST_TEST(contains(text, part), name << " lacks " << part);
    }
  }
  for (const char* name : {"enable", "disable", "status"}) {
    BOOST_TEST(contains(help_for({name, "-h"}), "  drifted    "), name);
  }
}

BOOST_AUTO_TEST_CASE(the_overview_lists_commands_states_and_exit_codes) {
  const std::string text = help_for({});
  for (const char* part : {"  enable    ", "  disable   ", "  status    ", "  version   ",
                           "  held       ", "  130  interrupted", "kubectl maintenance COMMAND"}) {
    BOOST_TEST(contains(text, part), part);
  }
}

BOOST_AUTO_TEST_CASE(it_is_in_the_name_that_people_type) {
  const auto called = program_name_of("kubectl-cassandra_maintenance");
  for (const char* name : {"enable", "completion", "run", "-h"}) {
    const Command command = parse_command_line({name, "-h"}, called);
    const std::string text = std::get<HelpText>(command).text;
    BOOST_TEST(contains(text, "kubectl cassandra-maintenance "), text);
    BOOST_TEST(!contains(text, "kubectl maintenance"), text);
    BOOST_TEST(!contains(text, "kubectl-maintenance"), text);
  }
}

BOOST_AUTO_TEST_CASE(no_line_is_wider_than_a_terminal) {
  for (const char* name : {"enable", "disable", "status", "run", "check", "inject", "config",
                           "port-forward", "completion", "version", "-h"}) {
    std::istringstream lines(help_for({name, "-h"}));
    for (std::string line; std::getline(lines, line);) {
      BOOST_TEST(line.size() <= 100U, line);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
