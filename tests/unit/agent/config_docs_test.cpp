// What is written of the settings for people and editors says what the table says. To write it
// anew, from the root of the project:
//   MAINTENANCE_UPDATE_DOCS=1 build/tests/unit_agent --run_test=config_docs_test
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "agent/config/setting.h"
#include "common/text/file.h"
#include "tests/support/generated_file.h"

namespace maintenance::testing {
namespace {

using agent::Setting;
using agent::ValueKind;
using Object = Poco::JSON::Object;

constexpr const char* schema_file = "docs/agent-config.schema.json";
constexpr const char* page_file = "docs/configuration.md";
constexpr const char* how_to_update =
    " is stale; type: MAINTENANCE_UPDATE_DOCS=1 build/tests/unit_agent --run_test=config_docs_test";

Object::Ptr new_object() {
  return Object::Ptr(new Object(Poco::JSON_PRESERVE_KEY_ORDER));
}

Object::Ptr schema_of(const Setting& setting) {
  Object::Ptr out = new_object();
  out->set("description", std::string(setting.help));
  const bool number = setting.type.kind == ValueKind::integer;
  out->set("type", number ? "integer" : "string");
  if (number) out->set("minimum", 0);
  if (setting.type.kind == ValueKind::duration) {
    out->set("pattern", "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$");
  }
  if (setting.type.kind == ValueKind::choice) {
    Poco::JSON::Array choices;
    for (const std::string_view choice : agent::choices_of(setting.type))
      choices.add(std::string(choice));
    out->set("enum", choices);
  }
  if (setting.fallback.empty()) return out;
  if (number) {
    out->set("default", std::stoi(std::string(setting.fallback)));
  } else {
    out->set("default", std::string(setting.fallback));
  }
  return out;
}

/// A section may be empty, as it is when all that is in it is commented out.
Object::Ptr new_section() {
  Object::Ptr out = new_object();
  Poco::JSON::Array types;
  types.add("object");
  types.add("null");
  out->set("type", types);
  out->set("additionalProperties", false);
  out->set("properties", new_object());
  return out;
}

Object::Ptr member(Object::Ptr section, const std::string& name) {
  Object::Ptr properties = section->getObject("properties");
  if (!properties->has(name)) properties->set(name, new_section());
  return properties->getObject(name);
}

std::string schema_text() {
  Object::Ptr root = new_section();
  root->set("$schema", "http://json-schema.org/draft-07/schema#");
  root->set("title", "Configuration file of maintenance-agent");
  for (const Setting& setting : agent::setting_table()) {
    Object::Ptr section = root;
    std::string_view rest = setting.path;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      section = member(section, std::string(rest.substr(0, dot)));
      rest.remove_prefix(dot + 1);
    }
    section->getObject("properties")->set(std::string(rest), schema_of(setting));
  }
  std::ostringstream out;
  root->stringify(out, 2);
  return out.str() + "\n";
}

std::string table_text() {
  std::string out = "| key | variable | flag | default | what |\n|---|---|---|---|---|\n";
  for (const Setting& setting : agent::setting_table()) {
    for (const std::string_view name : {setting.path, setting.variable, setting.flag})
      out.append("| `").append(name).append("` ");
    const std::string fallback = "`" + std::string(setting.fallback) + "`";
    out += "| " + (setting.fallback.empty() ? "" : fallback) + " | ";
    out.append(setting.help).append(" |\n");
  }
  return out;
}

/// `page` with the generated table between its two marks.
std::string with_table(const std::string& page) {
  const std::string begin = "<!-- the settings: written by config_docs_test -->\n";
  const auto from = page.find(begin);
  const auto to = page.find("<!-- end of the settings -->");
  BOOST_REQUIRE_MESSAGE(from != std::string::npos && to != std::string::npos,
                        page_file << " has lost the marks around its table");
  return page.substr(0, from + begin.size()) + table_text() + page.substr(to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_docs_test)

BOOST_AUTO_TEST_CASE(the_schema_is_that_of_the_table) {
  expect_generated(schema_file, schema_text(), how_to_update);
}

BOOST_AUTO_TEST_CASE(the_page_has_the_table) {
  const auto page = text::read_file(page_file);
  REQUIRE_OK(page);
  expect_generated(page_file, with_table(*page), how_to_update);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
