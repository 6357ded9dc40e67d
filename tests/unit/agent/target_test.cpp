#include "agent/server/target.h"

#include <boost/test/unit_test.hpp>

namespace maintenance::testing {

BOOST_AUTO_TEST_SUITE(target_test)

BOOST_AUTO_TEST_CASE(a_path_is_decoded_once_and_by_segment) {
  const auto target = agent::parse_target("/pods/a%2Db%252f");
  BOOST_REQUIRE(target.ok());
  const std::vector<std::string> expected{"pods", "a-b%2f"};
  BOOST_TEST(target->segments == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_root_has_no_segments) {
  const auto target = agent::parse_target("/");
  BOOST_REQUIRE(target.ok());
  BOOST_TEST(target->segments.empty());
}

BOOST_AUTO_TEST_CASE(a_query_is_decoded) {
  const auto target = agent::parse_target("/x?reason=a+b%26c&&flag&e=1=2");
  BOOST_REQUIRE(target.ok());
  BOOST_TEST(target->query.at("reason") == "a b&c");
  BOOST_TEST(target->query.at("flag") == "");
  BOOST_TEST(target->query.at("e") == "1=2");
  BOOST_TEST(target->query.size() == 3U);
}

BOOST_AUTO_TEST_CASE(what_could_mean_two_things_is_refused) {
  for (const char* bad : {"",     "x",     "*",     "http://h/x", "//",         "/a//b",
                          "/a/",  "/./a",  "/../a", "/%2e%2e/a",  "/a%2fb",     "/a%5cb",
                          "/%00", "/a%0a", "/%7f",  "/%c0%af",    "/\xC3\xA9",  "/%",
                          "/%4",  "/%zz",  "/a#b",  "/a?x=%g1",   "/a?x=1&x=2", "/a?x=1&%78=2"}) {
    BOOST_TEST(!agent::parse_target(bad).ok(), bad);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
