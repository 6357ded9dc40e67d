#include "agent/config/config_file.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "agent/config/config_yaml.h"
#include "agent/config/setting.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using agent::FileValues;

Result<FileValues> read(const std::string& text) {
  return agent::read_config_text(text, "agent.yaml");
}

/// A file that is refused, and what the message must say besides the file's name.
struct Bad {
  std::string text;
  std::vector<std::string> said;
};

void expect_refused(const std::vector<Bad>& table) {
  for (const auto& [text, said] : table) {
    const auto values = read(text);
    BOOST_REQUIRE_MESSAGE(!values.ok(), "accepted: " << text);
    const std::string message = values.error().message();
    BOOST_TEST((values.error().kind == ErrorKind::invalid), message);
    BOOST_TEST(message.starts_with("file agent.yaml, line "), message);
    for (const std::string& part : said)
      BOOST_TEST(has_all(message, {part}), text << " -> " << message);
    BOOST_TEST(message.size() < 1000U, message);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_file_test)

BOOST_AUTO_TEST_CASE(values_by_path_with_their_lines) {
  const auto values = read(
      "# a comment\n"
      "configMap: demo\n"
      "listen: {port: 1, healthPort: 2}\n"
      "log:\n"
      "  level: \"debug\"\n"
      "api:\n"
      "  caFile: |-\n"
      "    /ca\n");
  BOOST_REQUIRE(values.ok());
  BOOST_TEST(values->size() == 5U);
  BOOST_TEST(values->at("configMap").text == "demo");
  BOOST_TEST(values->at("configMap").line == 2U);
  BOOST_TEST(values->at("listen.healthPort").text == "2");
  BOOST_TEST(values->at("listen.healthPort").line == 3U);
  BOOST_TEST(values->at("log.level").line == 5U);
  BOOST_TEST(values->at("api.caFile").text == "/ca");
}

BOOST_AUTO_TEST_CASE(files_that_say_nothing) {
  for (const char* text : {"", "# only a comment\n", "---\n", "---\n...\n", "{}", "log:\n",
                           "null\n", "\xEF\xBB\xBFlog:\r\n  # nothing yet\r\n"}) {
    const auto values = read(text);
    BOOST_REQUIRE_MESSAGE(values.ok(), text);
    BOOST_TEST(values->empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(unknown_keys_and_the_ones_that_were_meant) {
  expect_refused({
      {"a: 1", {"line 1: a: not a known key", "--help"}},
      {"log: {}\nlgo: {}", {"line 2: lgo: not a known key", "did you mean log?"}},
      {"log:\n  levle: x", {"line 2: log.levle", "did you mean log.level?"}},
      {"config_map: x", {"did you mean configMap?"}},
      {"port: 1", {"did you mean listen.port?"}},
      {"health-port: 1", {"did you mean listen.healthPort?"}},
      {"api: {ca: x}", {"api.ca: not a known key"}},
      {"<<: {a: b}", {"not a known key"}},
      {"log.level: debug", {"line 1: log.level: keys are nested", "\"log:\"", "\"level:\""}},
      {std::string(1000, 'k') + ": 1", {"kkkk", "not a known key"}},
      {std::string(60'000, 'k') + ": 1", {"line 1: not YAML"}},
      {"\"a\\nb\\e[31m\": 1", {R"(a\nb\x1b[31m: not a known key)"}},
  });
}

BOOST_AUTO_TEST_CASE(values_of_another_type) {
  expect_refused({
      {"log: debug", {"line 1: log: must hold keys such as level"}},
      {"log: [level]", {"log: must hold keys"}},
      {"configMap: 1", {"configMap: \"1\" is a number to YAML", "quotes"}},
      {"configMap: 1e3", {"number"}},
      {"configMap: -0x1F", {"number"}},
      {"namespace: yes", {"namespace: \"yes\" is true or false", "quotes"}},
      {"namespace: True", {"true or false"}},
      {"configMap:", {"configMap: has no value"}},
      {"\n\nconfigMap: ~", {"line 3: configMap: has no value"}},
      {"configMap: {name: x}", {"configMap: must be a text, not a map"}},
      {"configMap: [x]", {"configMap: must be a text, not a list"}},
      {"listen: {port: \"8889\"}", {"listen.port: must be a number, without quotes"}},
      {"listen:\n  port: [8889]", {"line 2: listen.port: must be a number, not a list"}},
      {"holds: {gcGrace: 864000}", {"holds.gcGrace: must be a duration with its unit"}},
      {"guards:\n  v1: {}", {"line 2: guards.v1: must be a word, not a map"}},
  });
}

BOOST_AUTO_TEST_CASE(yaml_that_is_not_taken) {
  expect_refused({
      {"log: {level: a}\nlog: {format: b}", {"line 2: log: given twice, first in line 1"}},
      {"log:\n  level: a\n  level: b", {"line 3: log.level: given twice, first in line 2"}},
      {"log:\n---\nlog:\n", {"line 2", "second document"}},
      {"configMap: &a x", {"anchors and aliases"}},
      {"log: &a {}", {"anchors and aliases"}},
      {"log: [&a x, *a]", {"anchors and aliases"}},
      {"configMap: !!str 1", {"tags are not allowed"}},
      {"configMap: !x 1", {"tags are not allowed"}},
      {"log: !!map {}", {"tags are not allowed"}},
      {"[a]", {"line 1: not a map of settings"}},
      {"hello", {"not a map of settings"}},
      {"? [a]\n: b", {"a key that is not a word"}},
      {"~: b", {"a key that is not a word"}},
      {": b", {"a key that is not a word"}},
      {"log: {level: a", {"not YAML"}},
      {"log:\n\tlevel: a", {"line 2", "not YAML"}},
      {"log:\n level: a\n  format: b", {"line 3", "not YAML"}},
      {"log: {level: \"debug", {"not YAML: a text in quotes has no end"}},
      {"configMap: \"demo\n", {"a text in quotes has no end"}},
      {"configMap: 'demo\n", {"a text in quotes has no end"}},
      {"@: b", {"not YAML"}},
      {"a: " + std::string(30'000, '['), {"nested too deeply"}},
      {std::string(30'000, '{'), {"line 1"}},
      {std::string("log:\0\n", 6), {"line 1: not a text in UTF-8"}},
      {"log:\n  level: \x04", {"line 2: not a text"}},
      {"configMap: \xFF", {"not a text in UTF-8"}},
      {std::string("\xFF\xFE"
                   "a\0:\0",
                   6),
       {"not a text in UTF-8"}},
  });
}

/// Nine levels of ten aliases each would be a thousand million values.
BOOST_AUTO_TEST_CASE(a_file_made_to_explode_is_refused_at_once) {
  std::string bomb = "a: &a0 [x]\n";
  for (int level = 1; level < 10; ++level) {
    const std::string last = "*a" + std::to_string(level - 1);
    bomb += "b" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + last;
    for (int i = 0; i < 9; ++i)
      bomb += ", " + last;
    bomb += "]\n";
  }
  expect_refused({{bomb, {"line 1: anchors and aliases"}}});
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  TempFolder folder;
  const auto nothing = agent::read_config_file(folder.file("none.yaml"));
  BOOST_REQUIRE(!nothing.ok());
  BOOST_TEST(has_all(nothing.error().message(), {"none.yaml", "no such file"}));
  const auto directory = agent::read_config_file(folder.path().string());
  BOOST_REQUIRE(!directory.ok());
  BOOST_TEST(has_all(directory.error().message(), {"is a folder"}));
  const std::string large(agent::config_file_bytes_max + 1, '#');
  const auto big = agent::read_config_file(folder.write("big.yaml", large));
  BOOST_REQUIRE(!big.ok());
  BOOST_TEST((big.error().kind == ErrorKind::too_large));
  BOOST_TEST(has_all(big.error().message(), {"big.yaml", "over 64 KiB"}));
  BOOST_TEST(agent::read_config_file(folder.write("fits.yaml", large.substr(1))).ok());
}

/// Whatever a file has become on its way, it is read or refused.
BOOST_AUTO_TEST_CASE(no_damaged_file_does_harm) {
  const std::string whole =
      "# c\nconfigMap: 'demo'\nlisten: {port: 1, address: \"::1\"}\nlog:\n  level: >-\n    debug\n"
      "holds:\n- &a x\n- *a\n- !!str y\n? z\n: [{}, [~]]\n---\n%YAML 1.2\n...\n";
  constexpr std::string_view stray = "{}[]:,-?&*!|>'\"%@`#~.\n\t \\\0\xFF<=";
  std::mt19937 random(20261125);  // the same damage in every run
  const auto below = [&](std::size_t limit) { return random() % limit; };
  int accepted = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::string text = whole;
    for (std::size_t change = below(6) + 1; change > 0; --change) {
      const std::size_t at = below(text.size());
      const std::size_t kind = below(3);
      if (kind == 0) text[at] = stray[below(stray.size())];
      if (kind == 1) text.insert(at, 1, stray[below(stray.size())]);
      if (kind == 2) text.erase(at, below(8));
      if (text.empty()) text = "a";
    }
    accepted += read(text).ok() ? 1 : 0;
  }
  BOOST_TEST_MESSAGE(accepted << " of 5000 damaged files could still be read");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
