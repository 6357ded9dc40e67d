#include "agent/config/command_line.h"

#include <boost/test/unit_test.hpp>

#include "agent/config/settings.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

Result<agent::Mode> parse(const std::vector<const char*>& arguments) {
  return agent::parse_command_line(arguments);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line_test)

BOOST_AUTO_TEST_CASE(one_flag_or_none) {
  BOOST_TEST((*parse({}) == agent::Mode::run));
  BOOST_TEST((*parse({"--version"}) == agent::Mode::version));
  BOOST_TEST((*parse({"--help"}) == agent::Mode::help));
  BOOST_TEST((*parse({"--check-config"}) == agent::Mode::check_config));
  for (const auto& bad : std::vector<std::vector<const char*>>{
           {"--verison"}, {""}, {"run"}, {"--help", "--version"}}) {
    BOOST_TEST(!parse(bad).ok(), bad.front());
  }
}

BOOST_AUTO_TEST_CASE(help_names_every_variable) {
  for (const agent::Setting& setting : agent::setting_table())
    BOOST_TEST(has_all(agent::help_text(), {std::string(setting.variable)}), setting.variable);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
