#include "agent/config/settings.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>

#include <array>
#include <charconv>

#include "common/text/duration.h"
#include "common/text/names.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

Error wrong(std::string_view variable, const std::string& value, std::string_view rule) {
  return Error{ErrorKind::invalid,
               "environment variable " + std::string(variable) + "=" + text::quoted(value),
               std::string(rule)};
}

template <std::string Settings::*field>
Result<void> apply_object_name(Settings& settings, std::string_view variable,
                               const std::string& value) {
  if (!text::is_subdomain(value)) {
    return wrong(variable, value, "must be the name of a Kubernetes object");
  }
  settings.*field = value;
  return {};
}

Result<void> apply_config_map(Settings& settings, std::string_view variable,
                              const std::string& value) {
  if (value.empty()) {
    return Error{ErrorKind::invalid, "environment variable " + std::string(variable),
                 "must name the maintenance ConfigMap, for example demo-maintenance-configmap"};
  }
  return apply_object_name<&Settings::config_map>(settings, variable, value);
}

Result<void> apply_namespace(Settings& settings, std::string_view variable,
                             const std::string& value) {
  if (!value.empty() && !text::is_label(value)) {
    return wrong(variable, value, "must be the name of a namespace");
  }
  settings.namespace_name = value;
  return {};
}

template <std::uint16_t Settings::*field>
Result<void> apply_port(Settings& settings, std::string_view variable, const std::string& value) {
  std::uint16_t port = 0;
  const char* end = value.data() + value.size();
  const auto [last, failure] = std::from_chars(value.data(), end, port);
  if (failure != std::errc() || last != end) {
    return wrong(variable, value, "must be a port from 1 to 65535, or 0 for any free one");
  }
  settings.*field = port;
  return {};
}

Result<void> apply_bind(Settings& settings, std::string_view variable, const std::string& value) {
  Poco::Net::IPAddress address;
  if (value != "any" && !Poco::Net::IPAddress::tryParse(value, address)) {
    return wrong(variable, value, "must be an IP address or 'any'");
  }
  settings.bind = value;
  return {};
}

Result<void> apply_selector(Settings& settings, std::string_view variable,
                            const std::string& value) {
  auto selector = kube::LabelSelector::parse(value);
  if (!selector) return wrong(variable, value, selector.error().cause);
  settings.selector = std::move(*selector);
  return {};
}

/// A label key: an optional DNS prefix and a name.
template <std::string Settings::*field>
Result<void> apply_label_key(Settings& settings, std::string_view variable,
                             const std::string& value) {
  const auto slash = value.find('/');
  const bool prefix_valid =
      slash == std::string::npos || text::is_subdomain(value.substr(0, slash));
  const std::string name = slash == std::string::npos ? value : value.substr(slash + 1);
  if (!prefix_valid || !text::is_label_value(name)) {
    return wrong(variable, value, "must be the key of a label");
  }
  settings.*field = value;
  return {};
}

template <std::string ContainerNames::*field>
Result<void> apply_container(Settings& settings, std::string_view variable,
                             const std::string& value) {
  if (!text::is_label(value)) return wrong(variable, value, "must be the name of a container");
  settings.containers.*field = value;
  return {};
}

Result<void> apply_log_level(Settings& settings, std::string_view variable,
                             const std::string& value) {
  for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error}) {
    if (to_string(level) != value) continue;
    settings.log_level = level;
    return {};
  }
  return wrong(variable, value, "must be debug, info, warn or error");
}

Result<void> apply_log_format(Settings& settings, std::string_view variable,
                              const std::string& value) {
  if (value != "json" && value != "text") return wrong(variable, value, "must be json or text");
  settings.log_format = value == "json" ? LogFormat::json : LogFormat::text;
  return {};
}

template <Strictness Settings::*field>
Result<void> apply_strictness(Settings& settings, std::string_view variable,
                              const std::string& value) {
  if (value != "enforce" && value != "warn") {
    return wrong(variable, value, "must be enforce or warn");
  }
  settings.*field = value == "enforce" ? Strictness::enforce : Strictness::warn;
  return {};
}

template <std::chrono::seconds Settings::*field>
Result<void> apply_duration(Settings& settings, std::string_view variable,
                            const std::string& value) {
  const auto duration = text::parse_duration(value);
  if (!duration || duration->count() == 0) {
    return wrong(variable, value, "must be a duration such as 3h or 10d");
  }
  settings.*field = std::chrono::duration_cast<std::chrono::seconds>(*duration);
  return {};
}

template <std::string ApiSettings::*field>
Result<void> apply_api(Settings& settings, std::string_view /*variable*/,
                       const std::string& value) {
  settings.api.*field = value;
  return {};
}

constexpr std::array<Setting, 21> settings_of_the_agent{{
    {"CONFIGMAP_NAME", "", "the maintenance ConfigMap; required", apply_config_map},
    {"POD_NAMESPACE", "", "namespace of the cluster; default: the agent's own", apply_namespace},
    {"MAINTENANCE_PORT", "8889", "port of the API", apply_port<&Settings::port>},
    {"MAINTENANCE_HEALTH_PORT", "8890", "port of /livez, /readyz, /metrics and /version",
     apply_port<&Settings::health_port>},
    {"MAINTENANCE_BIND", "any", "address to listen on, or any", apply_bind},
    {"CASSANDRA_ENDPOINT_LABELS", "app.kubernetes.io/component=database",
     "label selector of the cluster's Cassandra pods", apply_selector},
    {"MAINTENANCE_DC_LABEL", "cassandra-cluster-dc", "label that says the dc of a pod",
     apply_label_key<&Settings::dc_label>},
    {"MAINTENANCE_INSTANCE_LABEL", "cassandra-cluster-instance",
     "label that says the cluster of a pod", apply_label_key<&Settings::instance_label>},
    {"MAINTENANCE_CASSANDRA_CONTAINER", "cassandra", "container in which Cassandra runs",
     apply_container<&ContainerNames::cassandra>},
    {"MAINTENANCE_GATE_CONTAINER", "maintenance-mode", "init container that holds a pod",
     apply_container<&ContainerNames::gate>},
    {"MAINTENANCE_GUARDS_COMPAT", "warn", "soft guards at the root of the API: enforce or warn",
     apply_strictness<&Settings::guards_compat>},
    {"MAINTENANCE_GUARDS_V1", "enforce", "soft guards under /v1: enforce or warn",
     apply_strictness<&Settings::guards_v1>},
    {"MAINTENANCE_HINT_WINDOW", "3h", "Cassandra's max_hint_window; longer holds are warned of",
     apply_duration<&Settings::hint_window>},
    {"MAINTENANCE_GC_GRACE", "10d", "smallest gc_grace_seconds; longer holds are warned of",
     apply_duration<&Settings::gc_grace>},
    {"MAINTENANCE_LOG_LEVEL", "info", "debug, info, warn or error", apply_log_level},
    {"MAINTENANCE_LOG_FORMAT", "json", "json or text", apply_log_format},
    {"MAINTENANCE_API_SERVER", "", "https://HOST:PORT of the API server; default: in-cluster",
     apply_api<&ApiSettings::server>},
    {"MAINTENANCE_API_CA_FILE", "", "its certificate authority", apply_api<&ApiSettings::ca_file>},
    {"MAINTENANCE_API_TOKEN_FILE", "", "bearer token for it", apply_api<&ApiSettings::token_file>},
    {"MAINTENANCE_API_CLIENT_CERT_FILE", "", "client certificate for it",
     apply_api<&ApiSettings::client_cert_file>},
    {"MAINTENANCE_API_CLIENT_KEY_FILE", "", "key of the client certificate",
     apply_api<&ApiSettings::client_key_file>},
}};

std::string value_of(const Setting& setting, const kube::Environment& environment) {
  const std::string value = environment(std::string(setting.variable));
  return value.empty() ? std::string(setting.fallback) : value;
}

}  // namespace

std::span<const Setting> setting_table() noexcept {
  return settings_of_the_agent;
}

Result<Settings> load_settings(const kube::Environment& environment) {
  Settings settings;
  for (const Setting& setting : settings_of_the_agent) {
    const auto applied = setting.apply(settings, setting.variable, value_of(setting, environment));
    if (!applied) return applied.error();
  }
  if (settings.api.client_cert_file.empty() != settings.api.client_key_file.empty()) {
    return Error{ErrorKind::invalid,
                 "MAINTENANCE_API_CLIENT_CERT_FILE and MAINTENANCE_API_CLIENT_KEY_FILE",
                 "must be given together"};
  }
  return settings;
}

std::string describe_settings(const kube::Environment& environment) {
  std::string out;
  for (const Setting& setting : settings_of_the_agent) {
    out.append(setting.variable).append("=");
    out.append(text::printable(value_of(setting, environment))).append("\n");
  }
  return out;
}

}  // namespace maintenance::agent
