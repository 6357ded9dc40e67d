#include "common/text/base64.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

namespace text = maintenance::text;

BOOST_AUTO_TEST_SUITE(base64_test)

BOOST_AUTO_TEST_CASE(the_examples_of_rfc_4648_hold_in_both_directions) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xff\xfe\xfd", "//79"},
  };
  for (const auto& [raw, encoded] : rows) {
    BOOST_TEST(text::base64_encode(raw) == encoded);
    const auto decoded = text::base64_decode(encoded);
    BOOST_REQUIRE(decoded.has_value());
    BOOST_TEST(*decoded == raw);
  }
}

BOOST_AUTO_TEST_CASE(every_byte_survives) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    const auto decoded = text::base64_decode(text::base64_encode(bytes));
    BOOST_REQUIRE(decoded.has_value());
    BOOST_TEST((*decoded == bytes));
  }
}

BOOST_AUTO_TEST_CASE(lines_and_blanks_do_not_matter) {
  const auto decoded = text::base64_decode(" Zm9v\r\nYm\tFy\n");
  BOOST_REQUIRE(decoded.has_value());
  BOOST_TEST(*decoded == "foobar");
}

BOOST_AUTO_TEST_CASE(half_of_a_text_is_no_text) {
  const std::vector<std::string> refused{
      "Z",           "Zg",    "Zg=",      "Zm8",   "Zm9vY", "=",     "====",
      "Zg===",       "Zm9v=", "Zg==Zg==", "Zm9v!", "Zm-_",  "Zg==x", std::string("Zm\0v", 4),
      "Zm9v\xc3\xa9"};
  for (const std::string& encoded : refused)
    BOOST_TEST(!text::base64_decode(encoded).has_value(), encoded);
}

BOOST_AUTO_TEST_SUITE_END()
