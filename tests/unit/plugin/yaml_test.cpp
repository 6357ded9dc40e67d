#include "plugin/yaml/yaml.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using Kind = YamlValue::Kind;

BOOST_AUTO_TEST_SUITE(yaml_test)

BOOST_AUTO_TEST_CASE(builds_values) {
  const auto root = parse_yaml("a: 1\nb: [x, null, {c: 'd'}]\ne:\n", "reading");
  REQUIRE_OK(root);
  BOOST_TEST((root->kind == Kind::map));
  BOOST_TEST(root->find("a")->scalar == "1");
  const YamlValue& list = *root->find("b");
  BOOST_REQUIRE(list.items.size() == 3U);
  BOOST_TEST((list.items[1].kind == Kind::null));
  BOOST_TEST(list.items[2].find("c")->scalar == "d");
  BOOST_TEST((root->find("e")->kind == Kind::null));
  BOOST_TEST(root->find("nothing") == nullptr);
}

BOOST_AUTO_TEST_CASE(reads_json_and_a_byte_order_mark) {
  const auto json = parse_yaml(R"({"a": {"b": [1, 2]}})", "reading");
  REQUIRE_OK(json);
  BOOST_TEST(json->find("a")->find("b")->items.size() == 2U);
  const auto marked = parse_yaml(
      "\xEF\xBB\xBF"
      "a: b\n",
      "reading");
  REQUIRE_OK(marked);
  BOOST_TEST(marked->find("a")->scalar == "b");
}

BOOST_AUTO_TEST_CASE(nothing_is_null) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n"}) {
    const auto root = parse_yaml(text, "reading");
    REQUIRE_OK(root);
    BOOST_TEST((root->kind == Kind::null));
  }
}

BOOST_AUTO_TEST_CASE(aliases_are_copies) {
  const auto root = parse_yaml("a: &x {b: 1}\nc: *x\n", "reading");
  REQUIRE_OK(root);
  BOOST_TEST(root->find("c")->find("b")->scalar == "1");
}

BOOST_AUTO_TEST_CASE(broken_text_is_an_error_with_its_line) {
  const Error failure = testing::failure_of(parse_yaml("a: b\nc: [1\n", "reading kubeconfig f"));
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(testing::contains(failure.message(), "reading kubeconfig f: not YAML: line "),
             failure.message());
}

BOOST_AUTO_TEST_CASE(hostile_texts_are_refused) {
  // Each level doubles ten times: without a budget that is ten thousand million values.
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    std::string list;
    for (int k = 0; k < 10; ++k)
      list += (k == 0 ? "" : ",") + alias;
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + list + "]\n";
  }
  BOOST_TEST(testing::contains(testing::failure_of(parse_yaml(bomb, "r")).message(), "too many"));
  BOOST_TEST(testing::kind_of(parse_yaml(std::string(10'000, '['), "r")) == ErrorKind::invalid);
  BOOST_TEST(testing::kind_of(parse_yaml("a: &x [*x]\n", "r")) == ErrorKind::invalid);
  BOOST_TEST(testing::kind_of(parse_yaml("? [a]\n: b\n", "r")) == ErrorKind::invalid);
  BOOST_TEST(testing::kind_of(parse_yaml("a: *unknown\n", "r")) == ErrorKind::invalid);
  BOOST_TEST(testing::kind_of(parse_yaml("a: \"\\xZZ\"\n", "r")) == ErrorKind::invalid);
}

BOOST_AUTO_TEST_CASE(characters_that_no_yaml_has_are_refused) {
  const auto refused = [](const std::string& text) {
    return testing::failure_of(parse_yaml(text, "r")).message();
  };
  for (const std::string& text : {std::string("a: b\nc\0: d", 10), std::string("a: b\nc: \x1b[2J"),
                                  std::string("a: b\nc: \x7f")}) {
    BOOST_TEST(testing::contains(refused(text), "line 2 has a control character"));
  }
  BOOST_TEST(testing::contains(refused("a: b\nc: \xD3"), "line 2 is not UTF-8"));
  BOOST_TEST(parse_yaml("\xEF\xBB\xBF"
                        "a:\tb\r\nc: \xC3\xBC\r\n",
                        "r")
                 .ok());
}

BOOST_AUTO_TEST_CASE(documents_keep_their_lines) {
  const auto documents = parse_yaml_documents("---\na: 1\n---\n---\nb:\n- c: 2\n...\n", "r");
  BOOST_REQUIRE(documents.ok());
  BOOST_REQUIRE(documents->size() == 2U);
  BOOST_TEST((*documents)[0].member("a")->line == 2);
  const YamlMember* list = (*documents)[1].member("b");
  BOOST_REQUIRE(list != nullptr);
  BOOST_TEST(list->line == 5);
  BOOST_TEST(list->value.items.at(0).member("c")->value.line == 6);
  BOOST_TEST(testing::kind_of(parse_yaml_documents("a: 1\n---\nb: [", "r")) == ErrorKind::invalid);
}

BOOST_AUTO_TEST_SUITE_END()
