#include "common/kube/selector.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/check.h"

using maintenance::ErrorKind;
using maintenance::kube::Labels;
using maintenance::kube::LabelSelector;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
using maintenance::testing::kind_of;

namespace {

struct Row {
  std::string sentence;
  std::string selector;
  bool matches;
};

const Labels labels{
    {"dc", "dc1"}, {"rack", "r1"}, {"app.kubernetes.io/name", "cassandra"}, {"empty", ""}};

const std::vector<Row> rows{
    {"nothing selects everything", "", true},
    {"blanks select everything", "  ", true},
    {"an equal value", "dc=dc1", true},
    {"an equal value, doubled sign", "dc==dc1", true},
    {"another value", "dc=dc2", false},
    {"a value is matched whole, not in part", "dc=dc", false},
    {"a value is matched whole, not as a part", "dc=dc11", false},
    {"an absent key", "zone=a", false},
    {"a key with a prefix", "app.kubernetes.io/name=cassandra", true},
    {"all terms must hold", "dc=dc1,rack=r2", false},
    {"all terms hold", "dc=dc1,rack=r1", true},
    {"blanks around terms", " dc = dc1 , rack=r1 ", true},
    {"not equal", "dc!=dc2", true},
    {"not equal but it is", "dc!=dc1", false},
    {"not equal to an absent label", "zone!=a", true},
    {"one of a list", "dc in (dc2, dc1)", true},
    {"none of a list", "dc in (dc2,dc3)", false},
    {"not in a list", "dc notin (dc2,dc3)", true},
    {"not in a list but it is", "dc notin (dc1)", false},
    {"an absent label is not in a list", "zone notin (a)", true},
    {"a list and another term", "dc in (dc1,dc2),rack=r1", true},
    {"another term after a list fails", "dc in (dc1,dc2),rack=r9", false},
    {"exists", "dc", true},
    {"exists but does not", "zone", false},
    {"absent", "!zone", true},
    {"absent but is not", "!dc", false},
    {"an empty value", "empty=", true},
    {"an empty value is not any value", "dc=", false},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(selector_test)

BOOST_AUTO_TEST_CASE(labels_match_as_kubernetes_says) {
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      const auto selector = LabelSelector::parse(row.selector);
      REQUIRE_OK(selector);
      BOOST_TEST(selector->matches(labels) == row.matches);
      BOOST_TEST(selector->text() == row.selector);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_selector_is_refused) {
  const std::vector<std::string> refused{
      ",",       "a=b,",       ",a=b",   "=b",      "!",       "!=b",
      "a=b=c",   "a b",        "a in b", "a in (b", "a in b)", "in (b)",
      " in (b)", "a in ((b))", "a=b c",  "a/b/c=d", "/a=b",    "a/=b",
      "A/b=c",   "a=b\n",      "a=%2f",  "a>1",     "(a=b)",   "a=" + std::string(64, 'x'),
      "-a=b",
  };
  for (const std::string& selector : refused) {
    BOOST_TEST_CONTEXT(selector) {
      BOOST_TEST(kind_of(LabelSelector::parse(selector)) == ErrorKind::invalid);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_shows_no_control_bytes) {
  const auto failure = failure_of(LabelSelector::parse("a=\x1b[2J"));
  BOOST_TEST(contains(failure.message(), "\\x1b"));
  BOOST_TEST(!contains(failure.message(), "\x1b"));
}

BOOST_AUTO_TEST_CASE(a_value_is_required_only_when_one_single_value_is) {
  const auto value = [](const std::string& text) {
    const auto selector = LabelSelector::parse(text);
    REQUIRE_OK(selector);
    return selector->required_value("dc");
  };
  BOOST_TEST(value("rack=r1,dc=dc1") == "dc1");
  BOOST_TEST(value("dc in (dc1)") == "dc1");
  for (const std::string text : {"", "dc", "!dc", "dc!=dc1", "dc in (dc1,dc2)", "dc notin (dc1)"})
    BOOST_TEST(value(text).empty(), text);
}

BOOST_AUTO_TEST_SUITE_END()
