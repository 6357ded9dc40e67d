#include "agent/config/configuration.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "agent/config/config_file.h"
#include "agent/config/setting.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using agent::Setting;
using Variables = std::map<std::string, std::string>;

/// The configuration of one command line, environment and file (none when its text is empty).
Result<agent::Configuration> load(const std::vector<const char*>& arguments, Variables variables,
                                  const std::string& file = {}) {
  const TempFolder folder;
  if (!file.empty()) variables.emplace("MAINTENANCE_CONFIG", folder.write("agent.yaml", file));
  auto command_line = agent::parse_command_line(arguments);
  if (!command_line) return command_line.error();
  return agent::load_configuration(*command_line, [&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

void expect_failure(const Result<agent::Configuration>& result,
                    const std::vector<std::string>& parts) {
  BOOST_REQUIRE(!result.ok());
  for (const std::string& part : parts)
    BOOST_TEST(has_all(result.error().message(), {part}), result.error().message());
}

/// A value of each setting's type that is not its default.
std::string another_value(const Setting& setting) {
  switch (setting.type.kind) {
    case agent::ValueKind::integer:
      return "7";
    case agent::ValueKind::duration:
      return "77m";
    case agent::ValueKind::choice:
      return std::string(agent::choices_of(setting.type).back() == setting.fallback
                             ? agent::choices_of(setting.type).front()
                             : agent::choices_of(setting.type).back());
    case agent::ValueKind::text:
      break;
  }
  return setting.path == "listen.address" ? "::7" : "seven";
}

std::vector<std::string> flags_for_all() {
  std::vector<std::string> flags;
  for (const Setting& setting : agent::setting_table())
    flags.push_back(std::string(setting.flag) + "=" + another_value(setting));
  return flags;
}

Result<agent::Configuration> load_all_flags() {
  const std::vector<std::string> flags = flags_for_all();
  std::vector<const char*> arguments;
  for (const std::string& flag : flags)
    arguments.push_back(flag.c_str());
  return load(arguments, {});
}

std::vector<std::string> texts_of(const agent::Configuration& configuration) {
  std::vector<std::string> out;
  for (const agent::Value& value : configuration.values)
    out.push_back(value.text);
  return out;
}

/// "listen.healthPort" is --listen-health-port.
std::string flag_for(std::string_view path) {
  std::string out = "--";
  for (const char c : path) {
    if (c == '.') {
      out += '-';
    } else if (c >= 'A' && c <= 'Z') {
      out.append(1, '-').append(1, static_cast<char>(c - 'A' + 'a'));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(configuration_test)

BOOST_AUTO_TEST_CASE(a_flag_wins_over_the_environment_and_that_over_the_file) {
  const std::string file = "configMap: of-file\nlog: {level: error}\n";
  const auto level = [&](const std::vector<const char*>& arguments, const Variables& variables) {
    const auto loaded = load(arguments, variables, file);
    BOOST_REQUIRE(loaded.ok());
    BOOST_TEST(loaded->settings.config_map == "of-file");
    return loaded->settings.log_level;
  };
  BOOST_TEST((level({}, {}) == agent::LogLevel::error));
  BOOST_TEST((level({}, {{"MAINTENANCE_LOG_LEVEL", ""}}) == agent::LogLevel::error));
  BOOST_TEST((level({}, {{"MAINTENANCE_LOG_LEVEL", "warn"}}) == agent::LogLevel::warn));
  BOOST_TEST((level({"--log-level", "debug"}, {{"MAINTENANCE_LOG_LEVEL", "warn"}}) ==
              agent::LogLevel::debug));
  const auto none = load({}, {{"CONFIGMAP_NAME", "x"}});
  BOOST_REQUIRE(none.ok());
  BOOST_TEST((none->settings.log_level == agent::LogLevel::info));
  BOOST_TEST(none->file == "");
}

BOOST_AUTO_TEST_CASE(the_flag_names_the_file_before_the_variable_does) {
  const TempFolder folder;
  const std::string flag = "--config=" + folder.write("a.yaml", "configMap: of-flag\n");
  const auto loaded =
      load({flag.c_str()}, {{"MAINTENANCE_CONFIG", folder.file("does-not-exist.yaml")}});
  BOOST_REQUIRE(loaded.ok());
  BOOST_TEST(loaded->settings.config_map == "of-flag");
  expect_failure(load({}, {{"MAINTENANCE_CONFIG", folder.file("does-not-exist.yaml")}}),
                 {"does-not-exist.yaml", "no such file"});
}

BOOST_AUTO_TEST_CASE(an_empty_flag_or_key_is_an_empty_value) {
  const auto loaded = load({"--namespace="}, {{"POD_NAMESPACE", "ns"}}, "configMap: x\n");
  BOOST_REQUIRE(loaded.ok());
  BOOST_TEST(loaded->settings.namespace_name == "");
  expect_failure(load({}, {}, "configMap: \"\"\n"), {"agent.yaml, line 1: configMap", "must name"});
}

BOOST_AUTO_TEST_CASE(a_wrong_value_says_where_it_stands) {
  expect_failure(load({"--log-level=loud"}, {}, "configMap: x\n"),
                 {"flag --log-level=\"loud\": must be debug, info, warn or error"});
  expect_failure(load({}, {{"MAINTENANCE_PORT", "x"}}, "configMap: x\n"),
                 {"environment variable MAINTENANCE_PORT=\"x\": must be a port"});
  expect_failure(load({}, {}, "configMap: x\nholds:\n  hintWindow: soon\n"),
                 {"agent.yaml, line 3: holds.hintWindow=\"soon\": must be a duration"});
  expect_failure(load({}, {}, "configMap: x\nlisten: {port: 65536}\n"),
                 {"agent.yaml, line 2: listen.port=\"65536\": must be a port"});
  expect_failure(load({}, {}, "configMap: x\napi: {clientKeyFile: /k}\n"),
                 {"api.clientCertFile", "api.clientKeyFile", "together"});
  expect_failure(load({}, {}), {"configMap", "CONFIGMAP_NAME", "--config-map"});
  expect_failure(load({"--config-map=x", "--api-ca-file=a\x1b[31m"}, {}),
                 {R"(flag --api-ca-file="a\x1b[31m")", "control characters"});
  const std::string longer = "--api-ca-file=" + std::string(5000, 'a');
  expect_failure(load({"--config-map=x", longer.c_str()}, {}), {"--api-ca-file", "4096 bytes"});
}

BOOST_AUTO_TEST_CASE(printed_and_read_again_it_is_the_same) {
  for (const auto& first : {load_all_flags(), load({"--config-map=x", "--listen-port=0443"}, {})}) {
    BOOST_REQUIRE_MESSAGE(first.ok(), (first.ok() ? "" : first.error().message()));
    const std::string yaml = agent::to_yaml(*first);
    const auto again = load({}, {}, yaml);
    BOOST_REQUIRE_MESSAGE(again.ok(), (again.ok() ? "" : again.error().message()));
    for (const agent::Value& value : again->values)
      BOOST_TEST((value.origin == agent::Origin::file));
    BOOST_TEST(again->settings.port == first->settings.port);
    BOOST_TEST(again->settings.selector.text() == first->settings.selector.text());
    if (first->settings.port != 443) BOOST_TEST(texts_of(*again) == texts_of(*first));
  }
}

BOOST_AUTO_TEST_CASE(quotes_and_other_letters_survive) {
  const char* flag = R"(--api-ca-file=/a "b" \c 'd' # é : {)";
  const auto first = load({"--config-map=x", flag}, {});
  BOOST_REQUIRE(first.ok());
  const auto again = load({}, {}, agent::to_yaml(*first));
  BOOST_REQUIRE_MESSAGE(again.ok(), (again.ok() ? "" : again.error().message()));
  BOOST_TEST(again->settings.api.ca_file == R"(/a "b" \c 'd' # é : {)");
}

BOOST_AUTO_TEST_CASE(printed_values_say_where_they_come_from) {
  const auto loaded = load({"--log-level=debug"}, {{"POD_NAMESPACE", "ns"}},
                           "configMap: x\nlog:\n  format: text\n");
  BOOST_REQUIRE(loaded.ok());
  const std::string yaml = agent::to_yaml(*loaded);
  BOOST_TEST(
      has_all(yaml, {"# Read from file: ", "agent.yaml\n", "configMap: \"x\"  # file, line 1\n",
                     "namespace: \"ns\"  # environment POD_NAMESPACE\n",
                     "listen:\n  address: \"any\"  # default\n  port: 8889  # default\n",
                     "log:\n  level: \"debug\"  # flag --log-level\n",
                     "  format: \"text\"  # file, line 3\n"}),
      yaml);
}

BOOST_AUTO_TEST_CASE(every_setting_can_be_set_in_every_way) {
  const auto by_flag = load_all_flags();
  BOOST_REQUIRE(by_flag.ok());
  Variables variables;
  for (const Setting& setting : agent::setting_table())
    variables.emplace(setting.variable, another_value(setting));
  const auto by_variable = load({}, variables);
  BOOST_REQUIRE(by_variable.ok());
  BOOST_TEST(texts_of(*by_flag) == texts_of(*by_variable));
  for (std::size_t i = 0; i < by_flag->values.size(); ++i) {
    const Setting& setting = agent::setting_table()[i];
    BOOST_TEST(by_flag->values[i].text != setting.fallback, setting.path);
    BOOST_TEST((by_flag->values[i].origin == agent::Origin::flag));
    BOOST_TEST((by_variable->values[i].origin == agent::Origin::environment));
  }
}

BOOST_AUTO_TEST_CASE(the_table_keeps_its_rules) {
  std::set<std::string_view> names;
  std::set<std::string_view> sections;
  std::string_view last_section;
  for (const Setting& setting : agent::setting_table()) {
    BOOST_TEST(setting.flag == flag_for(setting.path), setting.path);
    for (const std::string_view name : {setting.path, setting.variable, setting.flag})
      BOOST_TEST(names.insert(name).second, name << " is there twice");
    const auto section = setting.path.substr(0, setting.path.find('.'));
    if (section != last_section) BOOST_TEST(sections.insert(section).second, setting.path);
    last_section = section;
    agent::Settings settings;
    const bool is_choice = setting.type.kind == agent::ValueKind::choice;
    BOOST_TEST((agent::choices_of(setting.type).size() > 1) == is_choice, setting.path);
    for (const std::string_view choice : agent::choices_of(setting.type))
      BOOST_TEST(setting.apply(settings, "here", std::string(choice)).ok(), choice);
    if (is_choice) BOOST_TEST(!setting.apply(settings, "here", "neither").ok(), setting.path);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
