#include "common/text/path_list.h"

#include <boost/test/unit_test.hpp>

using maintenance::text::split_path_list;

BOOST_AUTO_TEST_SUITE(path_list_test)

/// An empty part of PATH is the working directory, so nothing is left out here.
BOOST_AUTO_TEST_CASE(parts_in_order_and_empty_ones_too) {
  const std::string separator = maintenance::text::windows_paths ? ";" : ":";
  const std::vector<std::string> wanted{"/a", "", "/b c", ""};
  BOOST_TEST(split_path_list("/a" + separator + separator + "/b c" + separator) == wanted,
             boost::test_tools::per_element());
  BOOST_TEST(split_path_list("") == std::vector<std::string>{""}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
