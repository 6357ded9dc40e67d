#include "common/text/utf8.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

namespace text = maintenance::text;

BOOST_AUTO_TEST_SUITE(utf8_test)

BOOST_AUTO_TEST_CASE(the_length_of_a_sequence_is_known_or_it_is_none) {
  const std::vector<std::pair<std::string, std::size_t>> rows{
      {"", 0},
      {"a", 1},
      {std::string("\0", 1), 1},
      {"\x7f", 1},
      {"\x80", 0},
      {"\xc2\x80z", 2},
      {"\xdf\xbf", 2},
      {"\xc1\xbf", 0},
      {"\xc2", 0},
      {"\xc2z", 0},
      {"\xe0\xa0\x80", 3},
      {"\xe0\x9f\xbf", 0},
      {"\xed\x9f\xbf", 3},
      {"\xed\xa0\x80", 0},
      {"\xef\xbf\xbf", 3},
      {"\xe2\x82", 0},
      {"\xf0\x90\x80\x80", 4},
      {"\xf0\x8f\xbf\xbf", 0},
      {"\xf4\x8f\xbf\xbf", 4},
      {"\xf4\x90\x80\x80", 0},
      {"\xf5\x80\x80\x80", 0},
      {"\xf0\x9f\x98", 0},
      {"\xff", 0},
  };
  for (const auto& [bytes, length] : rows)
    BOOST_TEST(text::utf8_sequence_bytes(bytes) == length);
}

BOOST_AUTO_TEST_CASE(only_bytes_that_are_no_text_are_replaced) {
  BOOST_TEST(text::valid_utf8("").empty());
  BOOST_TEST(text::valid_utf8("caf\xc3\xa9\n\x01") == "caf\xc3\xa9\n\x01");
  BOOST_TEST(text::valid_utf8("a\xff\x80z") == "a\xef\xbf\xbd\xef\xbf\xbdz");
  BOOST_TEST(text::valid_utf8("\xe2\x82z") == "\xef\xbf\xbd\xef\xbf\xbdz");
}

BOOST_AUTO_TEST_SUITE_END()
