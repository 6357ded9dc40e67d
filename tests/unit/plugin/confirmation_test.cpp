#include "plugin/output/confirmation.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"

using namespace maintenance;
using namespace maintenance::testing;

BOOST_AUTO_TEST_SUITE(confirmation_test)

BOOST_AUTO_TEST_CASE(only_yes_is_yes) {
  const auto answer = [](const std::string& typed) {
    FakeIo streams;
    streams.in.str(typed);
    const bool consent = plugin::confirm(streams.io, "Continue?").ok();
    BOOST_TEST(streams.err.str() == "Continue? [y/N]: ");
    BOOST_TEST(streams.out.str() == "");
    return consent;
  };
  for (const char* typed : {"y\n", "Y\n", "yes\n", " yes \n", "y"}) {
    BOOST_TEST(answer(typed), typed);
  }
  for (const char* typed : {"", "\n", "n\n", "no\n", "yes please\n", "\ny\n", "1\n"}) {
    BOOST_TEST(!answer(typed), typed);
  }
  BOOST_TEST(!answer("y" + std::string(100, 'y') + "\n"));
}

BOOST_AUTO_TEST_SUITE_END()
