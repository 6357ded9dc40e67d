#include "plugin/output/json.h"

#include <Poco/JSON/Array.h>

#include <boost/test/unit_test.hpp>

#include "common/text/json.h"
#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;

BOOST_AUTO_TEST_SUITE(json_test)

BOOST_AUTO_TEST_CASE(output_is_ascii_at_every_depth) {
  const std::string hostile = "k\xC3\xA4se \x1b[2J \x7f \xC2\x9B \xE2\x80\xAE end";
  Poco::JSON::Object::Ptr inner = new Poco::JSON::Object;
  inner->set("text", hostile);
  Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
  list->add(inner);
  list->add(hostile);
  Poco::JSON::Object outer;
  outer.set("list", list);
  outer.set("inner", inner);
  outer.set("text", hostile);
  const std::string rendered = render_json(outer);
  for (const char c : rendered) {
    BOOST_REQUIRE(((c >= ' ' && c < '\x7f') || c == '\n'));
  }
  const auto parsed = text::parse_json_object(rendered, "reading the output");
  REQUIRE_OK(parsed);
  BOOST_TEST(text::JsonView(*parsed).text("text") == hostile);
  BOOST_TEST(text::JsonView(*parsed).object("inner").text("text") == hostile);
  BOOST_TEST(rendered.back() == '\n');
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_do_not_end_us) {
  Poco::JSON::Object object;
  object.set("text", std::string("\xFF\xFE \xC3"));
  for (const char c : render_json(object)) {
    BOOST_REQUIRE(((c >= ' ' && c < '\x7f') || c == '\n'));
  }
}

BOOST_AUTO_TEST_SUITE_END()
