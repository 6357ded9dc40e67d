#include "agent/server/problem.h"

#include <boost/test/unit_test.hpp>
#include <string>

using maintenance::agent::warning_text;

BOOST_AUTO_TEST_SUITE(problem_test)

BOOST_AUTO_TEST_CASE(a_warning_is_quoted_ascii) {
  BOOST_TEST(warning_text("plain") == "299 - \"plain\"");
  BOOST_TEST(warning_text("a \"b\"") == "299 - \"a \\\"b\\\"\"");
  BOOST_TEST(warning_text("caf\xC3\xA9") == "299 - \"caf?\"");
}

BOOST_AUTO_TEST_CASE(a_long_warning_loses_its_middle_but_not_the_command_to_type) {
  const std::string command = "kubectl maintenance disable pod demo-cassandra-dc1-2";
  const std::string text = warning_text("restarting failed: " + std::string(2000, 'x') + command);
  BOOST_TEST(text.starts_with("299 - \"restarting failed"), text);
  BOOST_TEST(text.ends_with(command + "\""), text);
  BOOST_TEST(text.find('?') == std::string::npos, text);
  BOOST_TEST(text.size() < 1100U);
}

BOOST_AUTO_TEST_SUITE_END()
