#include "agent/config/settings.h"

#include <boost/test/unit_test.hpp>

#include "agent/config/setting.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using Variables = std::map<std::string, std::string>;

kube::Environment environment(const Variables& variables) {
  return [variables](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

Result<agent::Settings> load(Variables variables) {
  variables.emplace("CONFIGMAP_NAME", "demo-maintenance-configmap");
  return agent::load_settings(environment(variables));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settings_test)

BOOST_AUTO_TEST_CASE(the_defaults_are_the_reference_systems) {
  const auto settings = load({});
  BOOST_REQUIRE(settings.ok());
  BOOST_TEST(settings->config_map == "demo-maintenance-configmap");
  BOOST_TEST(settings->port == 8889);
  BOOST_TEST(settings->health_port == 8890);
  BOOST_TEST(settings->bind == "any");
  BOOST_TEST(settings->selector.text() == "app.kubernetes.io/component=database");
  BOOST_TEST(settings->dc_label == "cassandra-cluster-dc");
  BOOST_TEST((settings->auth.anonymous == agent::AnonymousAccess::read));
  BOOST_TEST((settings->auth.loopback == agent::LoopbackAccess::allow));
  BOOST_TEST(settings->auth.audience == "maintenance-agent");
  BOOST_TEST(settings->containers.gate == "maintenance-mode");
  BOOST_TEST(settings->containers.cassandra == "cassandra");
}

BOOST_AUTO_TEST_CASE(every_variable_of_the_table_does_something) {
  const Variables all{{"CONFIGMAP_NAME", "other"},
                      {"POD_NAMESPACE", "ns"},
                      {"MAINTENANCE_PORT", "0"},
                      {"MAINTENANCE_HEALTH_PORT", "65535"},
                      {"MAINTENANCE_BIND", "::1"},
                      {"CASSANDRA_ENDPOINT_LABELS", "a=b,c in (d,e)"},
                      {"MAINTENANCE_DC_LABEL", "example.com/dc"},
                      {"MAINTENANCE_INSTANCE_LABEL", "instance"},
                      {"MAINTENANCE_CASSANDRA_CONTAINER", "db"},
                      {"MAINTENANCE_GATE_CONTAINER", "gate"},
                      {"MAINTENANCE_GUARDS_COMPAT", "enforce"},
                      {"MAINTENANCE_GUARDS_V1", "warn"},
                      {"MAINTENANCE_HINT_WINDOW", "90m"},
                      {"MAINTENANCE_GC_GRACE", "3d"},
                      {"MAINTENANCE_AUTH_ANONYMOUS", "none"},
                      {"MAINTENANCE_AUTH_LOOPBACK", "token"},
                      {"MAINTENANCE_AUTH_AUDIENCE", "cluster"},
                      {"MAINTENANCE_TLS_CERT_FILE", "/tls.crt"},
                      {"MAINTENANCE_TLS_KEY_FILE", "/tls.key"},
                      {"MAINTENANCE_TLS_CLIENT_CA_FILE", "/ca.crt"},
                      {"MAINTENANCE_LOG_LEVEL", "debug"},
                      {"MAINTENANCE_LOG_FORMAT", "text"},
                      {"MAINTENANCE_API_SERVER", "https://127.0.0.1:6443"},
                      {"MAINTENANCE_API_CA_FILE", "/ca"},
                      {"MAINTENANCE_API_TOKEN_FILE", "/token"},
                      {"MAINTENANCE_API_CLIENT_CERT_FILE", "/cert"},
                      {"MAINTENANCE_API_CLIENT_KEY_FILE", "/key"}};
  BOOST_TEST(all.size() == agent::setting_table().size());
  const auto settings = load(all);
  BOOST_REQUIRE(settings.ok());
  BOOST_TEST(settings->namespace_name == "ns");
  BOOST_TEST(settings->port == 0);
  BOOST_TEST(settings->health_port == 65535);
  BOOST_TEST(settings->bind == "::1");
  BOOST_TEST(settings->dc_label == "example.com/dc");
  BOOST_TEST(settings->instance_label == "instance");
  BOOST_TEST(settings->containers.cassandra == "db");
  BOOST_TEST(settings->containers.gate == "gate");
  BOOST_TEST((settings->guards_compat == agent::Strictness::enforce));
  BOOST_TEST((settings->guards_v1 == agent::Strictness::warn));
  BOOST_TEST((settings->hint_window == std::chrono::minutes(90)));
  BOOST_TEST((settings->gc_grace == std::chrono::hours(72)));
  BOOST_TEST((settings->auth.anonymous == agent::AnonymousAccess::none));
  BOOST_TEST((settings->auth.loopback == agent::LoopbackAccess::token));
  BOOST_TEST(settings->auth.audience.empty());
  BOOST_TEST(settings->tls.cert_file == "/tls.crt");
  BOOST_TEST(settings->tls.key_file == "/tls.key");
  BOOST_TEST(settings->tls.client_ca_file == "/ca.crt");
  BOOST_TEST((settings->log_level == agent::LogLevel::debug));
  BOOST_TEST((settings->log_format == agent::LogFormat::text));
  BOOST_TEST(settings->api.token_file == "/token");
  BOOST_TEST(settings->api.client_key_file == "/key");
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_names_its_variable) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"CONFIGMAP_NAME", "../secrets/x"},
      {"CONFIGMAP_NAME", "UPPER"},
      {"POD_NAMESPACE", "a/b"},
      {"MAINTENANCE_PORT", "65536"},
      {"MAINTENANCE_PORT", "-1"},
      {"MAINTENANCE_PORT", "80x"},
      {"MAINTENANCE_HEALTH_PORT", " 1"},
      {"MAINTENANCE_BIND", "localhost"},
      {"CASSANDRA_ENDPOINT_LABELS", "a=b&limit=1"},
      {"MAINTENANCE_DC_LABEL", "a b"},
      {"MAINTENANCE_DC_LABEL", "/a"},
      {"MAINTENANCE_GATE_CONTAINER", "A"},
      {"MAINTENANCE_GUARDS_V1", "off"},
      {"MAINTENANCE_AUTH_ANONYMOUS", "yes"},
      {"MAINTENANCE_AUTH_LOOPBACK", "deny"},
      {"MAINTENANCE_HINT_WINDOW", "long"},
      {"MAINTENANCE_GC_GRACE", "0s"},
      {"MAINTENANCE_LOG_LEVEL", "verbose"},
      {"MAINTENANCE_LOG_FORMAT", "xml"},
      {"MAINTENANCE_API_CLIENT_CERT_FILE", "/only-this"},
  };
  for (const auto& [variable, value] : table) {
    const auto settings = load({{variable, value}});
    BOOST_REQUIRE_MESSAGE(!settings.ok(), variable << "=" << value);
    BOOST_TEST(has_all(settings.error().message(), {variable}), settings.error().message());
  }
  const auto nothing = agent::load_settings(environment({}));
  BOOST_REQUIRE(!nothing.ok());
  BOOST_TEST(has_all(nothing.error().message(), {"CONFIGMAP_NAME"}));
}

BOOST_AUTO_TEST_CASE(access_outside_a_cluster_comes_from_files) {
  TempFolder folder;
  const auto settings = load({{"MAINTENANCE_API_SERVER", "https://127.0.0.1:6443"},
                              {"POD_NAMESPACE", "ns"},
                              {"MAINTENANCE_API_CA_FILE", folder.write("ca", "CA")},
                              {"MAINTENANCE_API_TOKEN_FILE", "/read/later"}});
  BOOST_REQUIRE(settings.ok());
  const auto access = agent::make_access(*settings, environment({}));
  BOOST_REQUIRE(access.ok());
  BOOST_TEST(access->endpoint.port == 6443);
  BOOST_TEST(access->namespace_name == "ns");
  BOOST_TEST(access->endpoint.tls_settings.ca_pem == "CA");
  BOOST_TEST(access->token_file == "/read/later");
}

BOOST_AUTO_TEST_CASE(access_that_cannot_be_had_is_explained) {
  const auto nowhere = agent::make_access(*load({}), environment({}));
  BOOST_REQUIRE(!nowhere.ok());
  BOOST_TEST(has_all(nowhere.error().message(), {"MAINTENANCE_API_SERVER"}));
  const auto no_file =
      agent::make_access(*load({{"MAINTENANCE_API_SERVER", "https://127.0.0.1:6443"},
                                {"MAINTENANCE_API_CA_FILE", "/does/not/exist"}}),
                         environment({}));
  BOOST_REQUIRE(!no_file.ok());
  BOOST_TEST(has_all(no_file.error().message(), {"/does/not/exist"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
