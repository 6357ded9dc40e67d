#include "plugin/exec/exec_channels.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

BOOST_AUTO_TEST_SUITE(exec_channels_test)

BOOST_AUTO_TEST_CASE(messages_begin_with_their_channel) {
  BOOST_TEST(input_message("ab") == std::string("\0ab", 3));
  BOOST_TEST(end_of_input_message() == std::string("\xFF\0", 2));
  BOOST_TEST(resize_message({120, 40}) == "\x04{\"Width\":120,\"Height\":40}");
}

BOOST_AUTO_TEST_CASE(success_is_zero) {
  const auto end = read_exec_end(R"({"metadata":{},"status":"Success"})");
  REQUIRE_OK(end);
  BOOST_TEST(end->exit_code == 0);
}

BOOST_AUTO_TEST_CASE(the_exit_code_is_passed_on) {
  const auto end = read_exec_end(
      R"({"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code",)"
      R"("reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"137"}]}})");
  REQUIRE_OK(end);
  BOOST_TEST(end->exit_code == 137);
}

BOOST_AUTO_TEST_CASE(a_command_that_did_not_run_is_no_exit_code) {
  const auto end = read_exec_end(
      R"({"status":"Failure","reason":"InternalError","message":"exec: \"nope\": not found"})");
  BOOST_TEST(kind_of(end) == ErrorKind::invalid);
  BOOST_TEST(contains(end.error().cause, "did not run: exec: \"nope\": not found"));
}

BOOST_AUTO_TEST_CASE(nonsense_is_no_success) {
  for (const char* text : {"", "{}", "[]", "{\"status\":\"Success", "nonsense \x1b[2J",
                           R"({"status":"Failure","reason":"NonZeroExitCode"})",
                           R"({"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[)"
                           R"({"reason":"ExitCode","message":"7x"}]}})"}) {
    const auto end = read_exec_end(text);
    BOOST_TEST(!end.ok(), text);
    BOOST_TEST(!contains(end.error().cause, "\x1b"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
