#include "common/kube/selector.h"

#include <boost/test/unit_test.hpp>

namespace maintenance::testing {
namespace {

struct Row {
  const char* selector;
  kube::Labels labels;
  bool matches;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(selector_test)

BOOST_AUTO_TEST_CASE(it_selects_what_kubernetes_selects) {
  const std::vector<Row> rows{
      {"", {}, true},
      {"a=b", {{"a", "b"}}, true},
      {"a==b", {{"a", "b"}}, true},
      {"a=b", {{"a", "c"}}, false},
      {"a=b", {}, false},
      {"a=", {{"a", ""}}, true},
      {"a!=b", {{"a", "c"}}, true},
      {"a!=b", {}, true},
      {"a!=b", {{"a", "b"}}, false},
      {"a", {{"a", "x"}}, true},
      {"a", {}, false},
      {"!a", {}, true},
      {"!a", {{"a", ""}}, false},
      {"a in (b, c)", {{"a", "c"}}, true},
      {"a in (b,c)", {{"a", "d"}}, false},
      {"a notin (b,c)", {{"a", "d"}}, true},
      {"a notin (b,c)", {}, true},
      {"a notin (b,c)", {{"a", "b"}}, false},
      {"x/a=b, c in (d,e), !f", {{"x/a", "b"}, {"c", "e"}}, true},
      {"x/a=b, c in (d,e), !f", {{"x/a", "b"}, {"c", "e"}, {"f", ""}}, false},
      {"dc=dc1", {{"dc", "dc10"}}, false},
      {"inn=b", {{"inn", "b"}}, true},
  };
  for (const Row& row : rows) {
    const auto selector = kube::LabelSelector::parse(row.selector);
    BOOST_REQUIRE_MESSAGE(selector.ok(), row.selector);
    BOOST_TEST(selector->matches(row.labels) == row.matches, row.selector);
    BOOST_TEST(selector->text() == row.selector);
  }
}

BOOST_AUTO_TEST_CASE(it_refuses_what_kubernetes_refuses) {
  for (const char* bad : {",", "a=b,", "=b", "a=b c", "a=b\n", "/a=b", "a b", "!", "a in b",
                          "a in (b c)", "a=&limit=1", "a>1"}) {
    BOOST_TEST(!kube::LabelSelector::parse(bad).ok(), bad);
  }
}

BOOST_AUTO_TEST_CASE(a_fixed_value_can_be_asked_for) {
  const auto selector = kube::LabelSelector::parse("a=b,c in (d,e),f!=g");
  BOOST_REQUIRE(selector.ok());
  BOOST_TEST(selector->required_value("a") == "b");
  BOOST_TEST(selector->required_value("c") == "");
  BOOST_TEST(selector->required_value("f") == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
