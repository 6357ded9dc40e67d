#include "common/text/json.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/check.h"

using maintenance::ErrorKind;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
using maintenance::testing::kind_of;
namespace text = maintenance::text;
using text::JsonView;

namespace {

JsonView view(const std::string& json) {
  const auto parsed = text::parse_json_object(json, "test");
  REQUIRE_OK(parsed);
  return JsonView(*parsed);
}

const char* const everything =
    R"({"text":"a","empty":"","number":7,"big":9223372036854775807,"beyond":18446744073709551615,)"
    R"("fraction":1.5,"yes":true,"no":false,"null":null,"object":{"x":"y","n":1},)"
    R"("array":[{"i":1},"s",null,{"i":2},5]})";

}  // namespace

BOOST_AUTO_TEST_SUITE(json_test)

BOOST_AUTO_TEST_CASE(only_one_whole_object_is_accepted) {
  const std::vector<std::string> refused{
      "",
      " ",
      "null",
      "true",
      "1",
      "\"a\"",
      "[]",
      "[{}]",
      "{",
      "}",
      "{}{}",
      "{} x",
      "{\"a\":}",
      "{\"a\":1e999}",
      "{a:1}",
      "<html>",
      std::string("\0", 1),
      "\xff",
      std::string(100'000, '['),
      "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}",
  };
  for (const std::string& raw : refused) {
    BOOST_TEST_CONTEXT(raw.substr(0, 40)) {
      BOOST_TEST(kind_of(text::parse_json_object(raw, "reading it")) == ErrorKind::protocol);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_says_what_was_read_and_shows_no_control_bytes) {
  const auto failure = failure_of(text::parse_json_object("\x1b[2J\n", "reading an answer"));
  BOOST_TEST(failure.doing == "reading an answer");
  BOOST_TEST(!contains(failure.message(), "\x1b"));
  BOOST_TEST(!contains(failure.message(), "\n"));
  BOOST_TEST(failure.message().size() < 500U);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_given_twice_in_one_object_is_refused_and_shown_safely) {
  for (const std::string raw :
       {R"({"a":1,"a":1})", R"({"a":1,"b":2,"\u0061":3})", R"({"x":{"a":1,"a":2}})",
        R"({"x":[{"b":1},{"a":1,"a":null}]})", R"({"a":{},"a":{}})"}) {
    const auto failure = failure_of(text::parse_json_object(raw, "reading it"));
    BOOST_TEST(failure.kind == ErrorKind::protocol);
    BOOST_TEST(failure.cause == "\"a\" is given twice", raw);
  }
  const auto failure = failure_of(text::parse_json_object("{\"\\u001b\":1,\"\\u001b\":1}", "it"));
  BOOST_TEST(!contains(failure.message(), "\x1b"));
  for (const std::string raw :
       {R"({"a":{"a":{"a":1}}})", R"({"x":[{"a":1},{"a":2}],"a":3})", R"({"a":1,"A":2,"":3})"}) {
    BOOST_TEST(text::parse_json_object(raw, "reading it").ok(), raw);
  }
}

BOOST_AUTO_TEST_CASE(each_member_reads_as_its_own_type_and_as_empty_otherwise) {
  const JsonView all = view(everything);
  for (const std::string key : {"text", "empty", "number", "big", "beyond", "fraction", "yes", "no",
                                "null", "object", "array", "absent"}) {
    BOOST_TEST_CONTEXT(key) {
      BOOST_TEST(all.has(key) == (key != "null" && key != "absent"));
      BOOST_TEST(all.text(key) == (key == "text" ? "a" : ""));
      BOOST_TEST(all.flag(key) == (key == "yes"));
      BOOST_TEST(all.object(key).text("x") == (key == "object" ? "y" : ""));
      BOOST_TEST(all.objects(key).size() == (key == "array" ? 2U : 0U));
      BOOST_TEST(all.texts(key).size() == (key == "array" ? 1U : 0U));
      BOOST_TEST(all.text_map(key).size() == (key == "object" ? 1U : 0U));
    }
  }
}

BOOST_AUTO_TEST_CASE(numbers_that_do_not_fit_read_as_the_fallback) {
  const JsonView all = view(everything);
  BOOST_TEST(all.number("number", -1) == 7);
  BOOST_TEST(all.number("big", -1) == 9223372036854775807LL);
  for (const std::string key : {"beyond", "fraction", "text", "yes", "null", "object", "absent"})
    BOOST_TEST(all.number(key, -1) == -1, key);
}

BOOST_AUTO_TEST_CASE(an_absent_object_answers_like_an_empty_one) {
  const JsonView absent(nullptr);
  BOOST_TEST(!absent.has("a"));
  BOOST_TEST(absent.text("a").empty());
  BOOST_TEST(absent.object("a").object("b").objects("c").empty());
  BOOST_TEST(absent.number("a", 3) == 3);
  BOOST_TEST(absent.texts("a").empty());
  BOOST_TEST(absent.text_map("a").empty());
}

BOOST_AUTO_TEST_CASE(written_text_is_valid_json_whatever_its_bytes) {
  for (int byte = 0; byte < 256; ++byte) {
    Poco::JSON::Object object;
    object.set("a", "x" + std::string(1, static_cast<char>(byte)) + "y");
    const std::string json = text::to_json(object);
    BOOST_TEST(json.find('\n') == std::string::npos);
    const auto again = text::parse_json_object(json, "test");
    BOOST_TEST(again.ok(), "byte " << byte);
    if (byte < 0x80 && again) {
      BOOST_TEST(JsonView(*again).text("a") == "x" + std::string(1, static_cast<char>(byte)) + "y");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_byte_that_is_no_text_is_written_as_the_replacement_character) {
  Poco::JSON::Object object;
  object.set("a", "caf\xc3\xa9 \xff \xf0\x9f\x98\x80");
  BOOST_TEST(text::to_json(object) == "{\"a\":\"caf\xc3\xa9 \xef\xbf\xbd \xf0\x9f\x98\x80\"}");
}

BOOST_AUTO_TEST_SUITE_END()
