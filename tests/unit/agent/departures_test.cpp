#include "agent/server/departures.h"

#include <boost/test/unit_test.hpp>

using maintenance::agent::Departures;

BOOST_AUTO_TEST_SUITE(departures_test)

BOOST_AUTO_TEST_CASE(the_last_one_counts_until_the_pod_enters_again) {
  Departures departures;
  BOOST_TEST(departures.by("a") == "");
  departures.left("a", "jane");
  departures.left("a", "tom");
  BOOST_TEST(departures.by("a") == "tom");
  departures.entered("a");
  BOOST_TEST(departures.by("a") == "");
  departures.left("a", "jane");
  departures.left("a", "");  // nobody knows who
  BOOST_TEST(departures.by("a") == "");
}

BOOST_AUTO_TEST_CASE(memory_is_bounded) {
  Departures departures;
  for (std::size_t i = 0; i <= maintenance::agent::departures_max; ++i)
    departures.left(std::to_string(i), "jane");
  BOOST_TEST(departures.by("0") == "");
  BOOST_TEST(departures.by("1") == "jane");
  BOOST_TEST(departures.by(std::to_string(maintenance::agent::departures_max)) == "jane");
}

BOOST_AUTO_TEST_SUITE_END()
