#include "plugin/commands/natural_order.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace maintenance::plugin;

BOOST_AUTO_TEST_SUITE(natural_order_test)

BOOST_AUTO_TEST_CASE(numbers_count_as_numbers) {
  const std::vector<std::string> sorted{"",
                                        "a",
                                        "a1",
                                        "a1b1",
                                        "a01b2",
                                        "a2",
                                        "a10",
                                        "a10b",
                                        "a100",
                                        "b",
                                        "dc1-9",
                                        "dc1-10",
                                        "dc2-1",
                                        "dc10-1",
                                        "x99999999999999999999999",
                                        "x100000000000000000000000"};
  std::vector<std::string> shuffled(sorted.rbegin(), sorted.rend());
  std::sort(shuffled.begin(), shuffled.end(), natural_less);
  BOOST_TEST(shuffled == sorted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_is_a_strict_order) {
  const std::vector<std::string> names{"1", "01", "001", "a1", "a01", "1a", "01a", "", "a"};
  for (const auto& a : names) {
    for (const auto& b : names) {
      BOOST_TEST(!(natural_less(a, b) && natural_less(b, a)));
      BOOST_TEST((natural_less(a, b) || natural_less(b, a) || a == b));
      for (const auto& c : names) {
        BOOST_TEST((!natural_less(a, b) || !natural_less(b, c) || natural_less(a, c)));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
