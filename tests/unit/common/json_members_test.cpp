#include "common/text/json_members.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/check.h"

using maintenance::ErrorKind;
using maintenance::testing::kind_of;
namespace text = maintenance::text;
using text::Members;

namespace {

struct Case {
  Members wanted;
  std::string raw;
  std::string expected;
};

const Members a_and_b_of_c{{{"a", {}}, {"c", {{{"b", {}}}}}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(json_members_test)

BOOST_AUTO_TEST_CASE(only_what_is_wanted_is_there) {
  const std::string whole = R"({"a":{"x":[1,{"y":null}]},"b":[{"z":1.5},"s",true]})";
  const std::vector<Case> cases{
      {{}, whole, whole},
      {{{{"b", {}}}}, whole, R"({"b":[{"z":1.5},"s",true]})"},
      {{{{"nothing", {}}}}, whole, "{}"},
      {a_and_b_of_c, R"({"b":1,"c":{"a":2,"b":{"a":[3]}},"a":{"d":{"e":[]}}})",
       R"({"a":{"d":{"e":[]}},"c":{"b":{"a":[3]}}})"},
      {a_and_b_of_c,
       R"({"c":[{"b":1,"a":[[]]},7,[{"a":{},"b":2}],{"a":1}],"d":[{"a":1},[{"c":1}]]})",
       R"({"c":[{"b":1},7,[{"b":2}],{}]})"},
      {a_and_b_of_c, R"({"c":null,"a":"","d":null})", R"({"a":"","c":null})"},
      {a_and_b_of_c, R"({"c":"b"})", R"({"c":"b"})"},
  };
  for (const auto& [wanted, raw, expected] : cases) {
    BOOST_TEST_CONTEXT(raw) {
      const auto parsed = text::parse_json_members(raw, wanted, "test");
      REQUIRE_OK(parsed);
      BOOST_TEST(text::to_json(*parsed->raw()) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_wanted_must_be_json_too) {
  for (const std::string raw : {"", "1", "\"a\"", "null", "[]", "[{}]", "{", "{}{}", "{\"x\":}",
                                "{\"x\":[}", "{\"x\":{\"y\":1e999}", "<html>"}) {
    BOOST_TEST(kind_of(text::parse_json_members(raw, a_and_b_of_c, "test")) == ErrorKind::protocol,
               raw);
  }
}

BOOST_AUTO_TEST_SUITE_END()
