#include "agent/gate/options.h"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace {

using namespace maintenance;
using namespace maintenance::gate;
using Words = std::vector<const char*>;

Result<Options> parse(const Words& arguments, const Words& environment) {
  return parse_options(arguments, environment);
}

const Words pod_only{"POD_NAME=demo-cassandra-dc1-0"};

}  // namespace

BOOST_AUTO_TEST_SUITE(options_test)

BOOST_AUTO_TEST_CASE(the_environment_alone_is_enough) {
  const auto options = parse({}, {"POD_NAME=demo-cassandra-dc1-0", "MAINTENANCE_DIR=/volume"});
  BOOST_REQUIRE(options.ok());
  BOOST_TEST((options->mode == Mode::hold));
  BOOST_TEST(options->pod == "demo-cassandra-dc1-0");
  BOOST_TEST(options->directory == "/volume");
  BOOST_TEST(options->proc_root == "/proc");
}

BOOST_AUTO_TEST_CASE(the_directory_has_a_default_also_when_the_variable_is_empty) {
  BOOST_TEST(parse({}, pod_only)->directory == "/etc/maintenance");
  BOOST_TEST(parse({}, {"POD_NAME=a", "MAINTENANCE_DIR="})->directory == "/etc/maintenance");
}

BOOST_AUTO_TEST_CASE(flags_win_over_variables_in_both_spellings) {
  const Words environment{"POD_NAME=a", "MAINTENANCE_DIR=/a", "MAINTENANCE_PROC_ROOT=/a"};
  const auto options =
      parse({"--pod-name", "b", "--maintenance-dir=/b", "--proc-root=/b"}, environment);
  BOOST_REQUIRE(options.ok());
  BOOST_TEST(options->pod == "b");
  BOOST_TEST(options->directory == "/b");
  BOOST_TEST(options->proc_root == "/b");
}

BOOST_AUTO_TEST_CASE(the_host_name_never_stands_in_for_the_pod_name) {
  const auto options = parse({}, {"HOSTNAME=demo-cassandra-dc1-0"});
  BOOST_REQUIRE(!options.ok());
  BOOST_TEST(options.error().message().find("POD_NAME is not set") == 0);
  BOOST_TEST(options.error().message().find("metadata.name") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(pod_names_that_no_pod_can_have_are_refused) {
  const std::string too_long(254, 'a');
  for (const std::string& bad :
       {std::string("Demo"), std::string("../etc/passwd"), std::string("a_b"), std::string("-a"),
        std::string("a."), std::string("a\nb"), std::string(".."), too_long}) {
    const std::string entry = "POD_NAME=" + bad;
    BOOST_TEST(!parse({}, {entry.c_str()}).ok(), bad);
  }
  const std::string longest = "POD_NAME=" + std::string(253, 'a');
  BOOST_TEST(parse({}, {longest.c_str()}).ok());
}

BOOST_AUTO_TEST_CASE(paths_must_be_absolute) {
  BOOST_TEST(!parse({"--maintenance-dir", "etc"}, pod_only).ok());
  BOOST_TEST(!parse({"--proc-root", "proc"}, pod_only).ok());
  BOOST_TEST(!parse({"--copy-to", "there"}, {}).ok());
}

BOOST_AUTO_TEST_CASE(copy_version_and_help_need_no_pod) {
  const auto copy = parse({"--copy-to", "/target"}, {});
  BOOST_REQUIRE(copy.ok());
  BOOST_TEST((copy->mode == Mode::copy));
  BOOST_TEST(copy->copy_to == "/target");
  BOOST_TEST((parse({"--version"}, {})->mode == Mode::version));
  BOOST_TEST((parse({"--help"}, {})->mode == Mode::help));
}

BOOST_AUTO_TEST_CASE(status_needs_the_pod) {
  BOOST_TEST(!parse({"--status"}, {}).ok());
  BOOST_TEST((parse({"--status"}, pod_only)->mode == Mode::status));
}

BOOST_AUTO_TEST_CASE(what_is_not_known_or_not_complete_is_refused) {
  for (const char* bad :
       {"--no-such-flag", "stray", "--pod-name", "--pod-name=", "--copy-to", "--status=yes"}) {
    BOOST_TEST(!parse({bad}, pod_only).ok(), bad);
  }
}

BOOST_AUTO_TEST_CASE(help_names_each_flag_and_variable) {
  const std::string help = help_text();
  for (const char* word :
       {"--maintenance-dir DIR", "[MAINTENANCE_DIR]", "--pod-name NAME", "[POD_NAME]",
        "--copy-to DIR", "--status", "--version", "--help", "143"}) {
    BOOST_TEST(help.find(word) != std::string::npos, word);
  }
}

BOOST_AUTO_TEST_SUITE_END()
