#include "common/text/timestamp.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "tests/support/check.h"

namespace text = maintenance::text;
using std::chrono::seconds;

namespace {

struct Valid {
  std::string sentence;
  std::string text;
  std::string same_in_utc;
};

const std::vector<Valid> valid{
    {"UTC", "2026-11-23T08:15:00Z", "2026-11-23T08:15:00Z"},
    {"lower case", "2026-11-23t08:15:00z", "2026-11-23T08:15:00Z"},
    {"a space instead of T", "2026-11-23 08:15:00Z", "2026-11-23T08:15:00Z"},
    {"a fraction is dropped", "2026-11-23T08:15:00.999999999Z", "2026-11-23T08:15:00Z"},
    {"east of Greenwich", "2026-11-23T08:15:00+01:30", "2026-11-23T06:45:00Z"},
    {"west of Greenwich, over midnight", "2026-12-31T23:15:00-02:00", "2027-01-01T01:15:00Z"},
    {"a leap day", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},
    {"a leap second", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
    {"before 1970", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
    {"the first year that the clock can hold", "1678-01-01T00:00:00Z", "1678-01-01T00:00:00Z"},
    {"the last year that the clock can hold", "2261-12-31T23:59:59Z", "2261-12-31T23:59:59Z"},
};

const std::vector<Valid> invalid{
    {"nothing", "", ""},
    {"the old value of a record", "true", ""},
    {"a date alone", "2026-11-23", ""},
    {"no zone", "2026-11-23T08:15:00", ""},
    {"a zone without colon", "2026-11-23T08:15:00+0100", ""},
    {"a zone of 24 hours", "2026-11-23T08:15:00+24:00", ""},
    {"a zone of 60 minutes", "2026-11-23T08:15:00+00:60", ""},
    {"text after the end", "2026-11-23T08:15:00Zx", ""},
    {"text before the start", " 2026-11-23T08:15:00Z", ""},
    {"a dot without fraction", "2026-11-23T08:15:00.Z", ""},
    {"month 13", "2026-13-01T00:00:00Z", ""},
    {"month 0", "2026-00-01T00:00:00Z", ""},
    {"day 0", "2026-01-00T00:00:00Z", ""},
    {"30 February", "2026-02-30T00:00:00Z", ""},
    {"29 February in a common year", "2026-02-29T00:00:00Z", ""},
    {"hour 24", "2026-01-01T24:00:00Z", ""},
    {"minute 60", "2026-01-01T00:60:00Z", ""},
    {"second 61", "2026-01-01T00:00:61Z", ""},
    {"a sign in a number", "2026-+1-01T00:00:00Z", ""},
    {"a five-digit year", "12026-01-01T00:00:00Z", ""},
    {"a year beyond what the clock can hold", "9999-12-31T23:59:59Z", ""},
    {"a year before what the clock can hold", "0001-01-01T00:00:00Z", ""},
    {"seconds since 1970", "1767225600", ""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(timestamp_test)

BOOST_AUTO_TEST_CASE(every_spelling_of_rfc_3339_is_read) {
  for (const Valid& row : valid) {
    BOOST_TEST_CONTEXT(row.sentence) {
      const auto time = text::parse_timestamp(row.text);
      BOOST_REQUIRE(time.has_value());
      BOOST_TEST(text::format_timestamp(*time) == row.same_in_utc);
    }
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_time) {
  for (const Valid& row : invalid) {
    BOOST_TEST_CONTEXT(row.sentence) {
      BOOST_TEST(!text::parse_timestamp(row.text).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_known_moment_has_its_known_number_of_seconds) {
  const auto time = text::parse_timestamp("2026-01-01T00:00:00Z");
  BOOST_REQUIRE(time.has_value());
  const auto since_1970 = std::chrono::duration_cast<seconds>(time->time_since_epoch());
  BOOST_TEST(since_1970.count() == 1767225600);
}

BOOST_AUTO_TEST_CASE(parts_of_a_second_before_1970_round_down) {
  const text::Timestamp time{std::chrono::milliseconds(-1)};
  BOOST_TEST(text::format_timestamp(time) == "1969-12-31T23:59:59Z");
}

BOOST_AUTO_TEST_CASE(ages_read_like_those_of_kubectl) {
  const std::vector<std::pair<long, std::string>> rows{
      {-5, "0s"},       {0, "0s"},          {42, "42s"},    {119, "119s"},
      {120, "2m"},      {7199, "119m"},     {7200, "2h"},   {7260, "2h1m"},
      {11520, "3h12m"}, {172799, "47h59m"}, {172800, "2d"}, {5L * 86400 + 3600, "5d"},
  };
  for (const auto& [age, shown] : rows)
    BOOST_TEST(text::format_age(seconds(age)) == shown, age << " seconds");
}

BOOST_AUTO_TEST_SUITE_END()
