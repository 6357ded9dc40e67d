#include "common/text/printable.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace text = maintenance::text;

namespace {

struct Row {
  std::string sentence;
  std::string raw;
  std::string shown;
};

const std::vector<Row> rows{
    {"plain text stays", "plain text: ~!\"'\\", "plain text: ~!\"'\\"},
    {"nothing stays nothing", "", ""},
    {"letters outside ASCII stay", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
     "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"line breaks and tabs are spelled out", "a\r\nb\tc", "a\\r\\nb\\tc"},
    {"a terminal escape is spelled out", "\x1b]0;title\x07", "\\x1b]0;title\\x07"},
    {"NUL is spelled out", std::string("a\0b", 3), "a\\x00b"},
    {"DEL is spelled out", "\x7f", "\\x7f"},
    {"C1 controls are spelled out",
     "\xc2\x9b"
     "31m",
     "\\xc2\\x9b31m"},
    {"the first character after the C1 controls stays", "\xc2\xa0", "\xc2\xa0"},
    {"a lone continuation byte is spelled out", "\x80", "\\x80"},
    {"a cut sequence is spelled out", "\xe2\x82", "\\xe2\\x82"},
    {"a cut sequence before a letter keeps the letter", "\xe2\x82z", "\\xe2\\x82z"},
    {"an overlong slash is spelled out", "\xc0\xaf", "\\xc0\\xaf"},
    {"an overlong three-byte form is spelled out", "\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
    {"an overlong four-byte form is spelled out", "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf"},
    {"a surrogate is spelled out", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"beyond the last code point is spelled out", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
    {"the last code point stays", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
    {"an impossible byte is spelled out", "\xff", "\\xff"},
    {"a line separator is spelled out", "\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
    {"a right-to-left override is spelled out", "\xe2\x80\xae", "\\xe2\\x80\\xae"},
    {"a right-to-left isolate is spelled out", "\xe2\x81\xa7", "\\xe2\\x81\\xa7"},
    {"an ellipsis in the text stays", "\xe2\x80\xa6", "\xe2\x80\xa6"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(printable_test)

BOOST_AUTO_TEST_CASE(other_peoples_text_is_safe_to_show) {
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      BOOST_TEST(text::printable(row.raw) == row.shown);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_single_byte_gives_printable_ascii) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string shown = text::printable(std::string(1, static_cast<char>(byte)));
    for (const char c : shown)
      BOOST_TEST((c >= ' ' && c <= '~'), "byte " << byte << " gives " << shown);
  }
}

BOOST_AUTO_TEST_CASE(a_text_of_exactly_the_limit_is_not_cut) {
  BOOST_TEST(text::printable("12345", 5) == "12345");
}

BOOST_AUTO_TEST_CASE(a_longer_text_is_cut_with_an_ellipsis) {
  BOOST_TEST(text::printable("123456", 5) == "12345\xe2\x80\xa6");
  BOOST_TEST(text::printable(std::string(10'000'000, 'x')).size() ==
             text::shown_bytes_max + std::string("\xe2\x80\xa6").size());
}

BOOST_AUTO_TEST_CASE(a_cut_never_splits_a_character) {
  BOOST_TEST(text::printable("1234\xe2\x82\xacz", 5) == "1234\xe2\x82\xac\xe2\x80\xa6");
}

BOOST_AUTO_TEST_CASE(a_quoted_text_is_shown_between_quotes) {
  BOOST_TEST(text::quoted("a\nb") == "\"a\\nb\"");
}

BOOST_AUTO_TEST_SUITE_END()
