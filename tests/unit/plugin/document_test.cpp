#include "plugin/output/document.h"

#include <Poco/JSON/Array.h>
#include <yaml-cpp/yaml.h>

#include <boost/test/unit_test.hpp>

#include "common/text/json.h"
#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

Poco::JSON::Object::Ptr parsed(const std::string& json) {
  const auto object = text::parse_json_object(json, "reading a test's text");
  REQUIRE_OK(object);
  return *object;
}

std::string yaml_of(const std::string& json) {
  return render_document(*parsed(json), Format::yaml);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(document_test)

BOOST_AUTO_TEST_CASE(yaml_is_what_kubectl_would_indent) {
  BOOST_TEST(
      yaml_of(R"({"changed":true,"count":3,"name":"a","none":null,"pods":[{"dc":"dc1"}]})") ==
      "changed: true\n"
      "count: 3\n"
      "name: \"a\"\n"
      "none: ~\n"
      "pods:\n"
      "  - dc: \"dc1\"\n");
}

BOOST_AUTO_TEST_CASE(texts_stay_texts) {
  for (const std::string text :
       {"true", "no", "1", "0x1f", "~", "", "a: b", "- x", "'", "2026-01-01"}) {
    Poco::JSON::Object object;
    object.set("text", text);
    const YAML::Node read = YAML::Load(render_document(object, Format::yaml));
    BOOST_TEST(read["text"].as<std::string>() == text);
    BOOST_TEST(read["text"].Tag() == "!");  // quoted
  }
}

BOOST_AUTO_TEST_CASE(yaml_is_ascii_whatever_somebody_wrote) {
  Poco::JSON::Object object;
  for (const std::string text :
       {"k\xC3\xA4se \x1b[2J \x7f \xC2\x9B \xE2\x80\xAE", "\xFF\xFE", "a\nb"}) {
    object.set("text", text);
    object.set(text, 1);
    for (const char c : render_document(object, Format::yaml))
      BOOST_REQUIRE(((c >= ' ' && c < '\x7f') || c == '\n'));
  }
  BOOST_TEST(YAML::Load(render_document(object, Format::yaml))["text"].as<std::string>() == "a\nb");
}

BOOST_AUTO_TEST_CASE(json_is_the_same_as_before) {
  BOOST_TEST(render_document(*parsed(R"({"a":1})"), Format::json) == "{\n    \"a\": 1\n}\n");
  BOOST_TEST(is_document(Format::json));
  BOOST_TEST(is_document(Format::yaml));
  BOOST_TEST(!is_document(Format::name));
}

BOOST_AUTO_TEST_SUITE_END()
