#include "plugin/output/table.h"

#include <boost/test/unit_test.hpp>

using namespace maintenance::plugin;

BOOST_AUTO_TEST_SUITE(table_test)

BOOST_AUTO_TEST_CASE(columns_are_three_apart_and_end_clean) {
  BOOST_TEST(render_table({{"NAME", "X", "LAST"}, {"a", "", "z"}, {"longer", "y", ""}}) ==
             "NAME     X        LAST\n"
             "a        <none>   z\n"
             "longer   y        <none>\n");
  BOOST_TEST(render_table({}) == "");
}

BOOST_AUTO_TEST_CASE(characters_count_and_not_bytes) {
  BOOST_TEST(display_columns("käse") == 4U);
  BOOST_TEST(render_table({{"A", "B"}, {"käse", "x"}, {"brot", "y"}}) ==
             "A      B\nkäse   x\nbrot   y\n");
}

BOOST_AUTO_TEST_CASE(cells_are_printable_and_bounded) {
  BOOST_TEST(render_table({{"\x1b[2J", "x"}}) == "\\x1b[2J   x\n");
  BOOST_TEST(render_table({{std::string(10'000, 'x')}}).size() < 300U);
}

BOOST_AUTO_TEST_SUITE_END()
