#include "agent/server/intent.h"

#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"

namespace maintenance::testing {

BOOST_AUTO_TEST_SUITE(intent_test)

BOOST_AUTO_TEST_CASE(a_body_says_who_and_why) {
  const auto intent =
      agent::read_v1_intent({}, R"({"reason":"r","requestedBy":"jane@example.com"})", "id");
  BOOST_REQUIRE(intent.ok());
  BOOST_TEST(intent->id == "id");
  BOOST_TEST(intent->reason == "r");
  BOOST_TEST(intent->by == "jane@example.com");
}

BOOST_AUTO_TEST_CASE(nothing_is_required) {
  for (const char* body : {"", "{}", R"({"reason":null})"})
    BOOST_TEST(agent::read_v1_intent({}, body, "id").ok(), body);
}

BOOST_AUTO_TEST_CASE(a_name_is_made_printable_and_short) {
  const std::string raw = "x\\u001b[2J\\n" + std::string(5000, 'y');
  const auto intent = agent::read_v1_intent({}, R"({"requestedBy":")" + raw + "\"}", "id");
  BOOST_REQUIRE(intent.ok());
  BOOST_TEST(intent->by.size() <= by_bytes_max);
  BOOST_TEST(intent->by.find('\x1b') == std::string::npos);
  BOOST_TEST(intent->by.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_longest_reason_fits_also_when_all_of_it_is_escaped) {
  agent::ParsedTarget target;
  target.query["reason"] = std::string(reason_bytes_max, '\x01');
  const auto intent = agent::read_seed_intent(target, "id");
  BOOST_REQUIRE(intent.ok());
  BOOST_TEST(intent->reason.size() == 4 * reason_bytes_max);
  target.query["reason"] += 'x';
  BOOST_TEST(!agent::read_seed_intent(target, "id").ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
