#include "agent/config/command_line.h"

#include <boost/test/unit_test.hpp>

#include "agent/config/setting.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

Result<agent::CommandLine> parse(const std::vector<const char*>& arguments) {
  return agent::parse_command_line(arguments);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line_test)

BOOST_AUTO_TEST_CASE(what_the_program_was_started_for) {
  BOOST_TEST((parse({})->mode == agent::Mode::run));
  BOOST_TEST((parse({"--version"})->mode == agent::Mode::version));
  BOOST_TEST((parse({"--help"})->mode == agent::Mode::help));
  BOOST_TEST((parse({"--check-config"})->mode == agent::Mode::check_config));
  BOOST_TEST((parse({"--print-config", "--config", "x"})->mode == agent::Mode::print_config));
}

BOOST_AUTO_TEST_CASE(settings_with_a_sign_or_as_two_arguments) {
  const auto line = parse({"--config=/a=b", "--log-level=debug", "--config-map", "x",
                           "--namespace=", "--api-ca-file=--odd", "--cassandra-selector", "a=b"});
  BOOST_REQUIRE(line.ok());
  BOOST_TEST((line->mode == agent::Mode::run));
  BOOST_TEST(line->config_file == "/a=b");
  const agent::FlagValues expected{{"--log-level", "debug"},
                                   {"--config-map", "x"},
                                   {"--namespace", ""},
                                   {"--api-ca-file", "--odd"},
                                   {"--cassandra-selector", "a=b"}};
  BOOST_TEST((line->values == expected));
}

BOOST_AUTO_TEST_CASE(what_is_no_flag_is_named) {
  const std::vector<std::pair<std::vector<const char*>, const char*>> table{
      {{"--verison"}, "\"--verison\": not known; did you mean --version?"},
      {{"--log-levle=debug"}, "did you mean --log-level?"},
      {{"--listen-healthport", "1"}, "did you mean --listen-health-port?"},
      {{""}, "\"\": not known; see maintenance-agent --help"},
      {{"run"}, "\"run\": not known"},
      {{"-h"}, "\"-h\": not known"},
      {{"--"}, "\"--\": not known"},
      {{"--log-level=debug", "extra"}, "\"extra\": not known"},
      {{"--help", "--version"}, "\"--version\": only one thing"},
      {{"--log-level"}, "\"--log-level\": needs a value: --log-level=VALUE"},
      {{"--log-level", "--help"}, "\"--log-level\": needs a value"},
      {{"--log-level=a", "--log-level", "b"}, "\"--log-level\": given twice"},
      {{"--config=a", "--config=b"}, "\"--config\": given twice"},
      {{"--config="}, "\"--config\": needs the path of a file"},
      {{"--config"}, "\"--config\": needs a value"},
      {{"--help=yes"}, "\"--help=yes\": not known"},
      {{"--x\x1b[31m"}, R"("--x\x1b[31m": not known)"},
  };
  for (const auto& [arguments, said] : table) {
    const auto line = parse(arguments);
    BOOST_REQUIRE_MESSAGE(!line.ok(), arguments.front());
    BOOST_TEST((line.error().kind == ErrorKind::invalid));
    BOOST_TEST(has_all(line.error().message(), {said}), line.error().message());
  }
}

BOOST_AUTO_TEST_CASE(help_names_every_setting) {
  const std::string help = agent::help_text();
  for (const agent::Setting& setting : agent::setting_table()) {
    BOOST_TEST(has_all(help, {std::string(setting.variable), std::string(setting.flag) + " ",
                              ", " + std::string(setting.path) + "\n"}),
               setting.path);
  }
  BOOST_TEST(has_all(help, {"--config ", "MAINTENANCE_CONFIG", "--print-config"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
