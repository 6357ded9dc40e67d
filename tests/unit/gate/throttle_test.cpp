#include "agent/gate/throttle.h"

#include <boost/test/unit_test.hpp>

using maintenance::gate::Throttle;
using std::chrono::seconds;

BOOST_AUTO_TEST_SUITE(throttle_test)

BOOST_AUTO_TEST_CASE(first_at_once_changed_soon_same_rarely) {
  Throttle throttle;
  const Throttle::Time start{seconds(1000)};
  BOOST_TEST(throttle.due(start, "a"));
  BOOST_TEST(!throttle.due(start + seconds(9), "b"));
  BOOST_TEST(!throttle.due(start + seconds(11), "a"));
  BOOST_TEST(throttle.due(start + seconds(12), "b"));
  BOOST_TEST(!throttle.due(start + seconds(12 + 299), "b"));
  BOOST_TEST(throttle.due(start + seconds(12 + 300), "b"));
}

BOOST_AUTO_TEST_SUITE_END()
