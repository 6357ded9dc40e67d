#include "common/text/names.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/check.h"

using maintenance::ErrorKind;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
namespace text = maintenance::text;

namespace {

struct Row {
  std::string sentence;
  std::string name;
  bool subdomain;
  bool label;
  bool label_value;
};

std::vector<Row> rows() {
  const std::string nul("a\0b", 3);
  return {
      {"an ordinary pod name", "demo-cassandra-dc1-0", true, true, true},
      {"one character", "a", true, true, true},
      {"one digit", "7", true, true, true},
      {"63 characters", std::string(63, 'a'), true, true, true},
      {"64 characters", std::string(64, 'a'), true, false, false},
      {"253 characters", std::string(253, 'a'), true, false, false},
      {"254 characters", std::string(254, 'a'), false, false, false},
      {"dots between parts", "a.b.c", true, false, true},
      {"upper case", "Dc1", false, false, true},
      {"an underscore", "dc_1", false, false, true},
      {"nothing at all", "", false, false, false},
      {"a leading dash", "-a", false, false, false},
      {"a trailing dash", "a-", false, false, false},
      {"a part that ends with a dash", "a-.b", false, false, true},
      {"a part that starts with a dash", "a.-b", false, false, true},
      {"a leading dot", ".a", false, false, false},
      {"a trailing dot", "a.", false, false, false},
      {"two dots", "a..b", false, false, true},
      {"the parent folder", "..", false, false, false},
      {"a slash", "a/b", false, false, false},
      {"a percent-encoded slash", "a%2fb", false, false, false},
      {"a question mark", "a?x=y", false, false, false},
      {"a fragment", "a#b", false, false, false},
      {"a space", "a b", false, false, false},
      {"a line break", "a\r\nX-Evil: 1", false, false, false},
      {"a trailing line break", "a\n", false, false, false},
      {"a NUL byte", nul, false, false, false},
      {"a letter outside ASCII", "caf\xc3\xa9", false, false, false},
      {"a byte that is no text", "a\xff", false, false, false},
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(names_test)

BOOST_AUTO_TEST_CASE(each_rule_accepts_and_refuses_what_kubernetes_does) {
  for (const Row& row : rows()) {
    BOOST_TEST_CONTEXT(row.sentence) {
      BOOST_TEST(text::is_subdomain(row.name) == row.subdomain);
      BOOST_TEST(text::is_label(row.name) == row.label);
      BOOST_TEST(text::is_label_value(row.name) == row.label_value);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_checks_say_the_same_as_the_rules) {
  for (const Row& row : rows()) {
    BOOST_TEST_CONTEXT(row.sentence) {
      BOOST_TEST(text::check_subdomain("pod", row.name).ok() == row.subdomain);
      BOOST_TEST(text::check_label("namespace", row.name).ok() == row.label);
      BOOST_TEST(text::check_label_value("datacenter", row.name).ok() == row.label_value);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_thing_and_shows_no_raw_control_byte) {
  const auto refusal = failure_of(text::check_subdomain("pod", "a\x1b[2J\nb"));
  BOOST_TEST(refusal.kind == ErrorKind::invalid);
  BOOST_TEST(contains(refusal.message(), "pod name \"a\\x1b[2J\\nb\""));
  BOOST_TEST(contains(refusal.message(), "253"));
  BOOST_TEST(!contains(refusal.message(), "\x1b"));
  BOOST_TEST(!contains(refusal.message(), "\n"));
}

BOOST_AUTO_TEST_CASE(a_refusal_of_a_huge_name_stays_short) {
  const auto refusal = failure_of(text::check_subdomain("pod", std::string(1'000'000, 'a')));
  BOOST_TEST(refusal.message().size() < 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
