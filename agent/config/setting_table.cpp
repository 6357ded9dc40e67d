#include <algorithm>
#include <array>

#include "agent/config/apply.h"
#include "agent/config/setting.h"

namespace maintenance::agent {
namespace {

constexpr ValueType a_text{ValueKind::text, {}};
constexpr ValueType a_number{ValueKind::integer, {}};
constexpr ValueType a_duration{ValueKind::duration, {}};
constexpr ValueType a_strictness{ValueKind::choice, "enforce|warn"};

constexpr std::array<Setting, 27> settings_of_the_agent{{
    {"configMap", "CONFIGMAP_NAME", "--config-map", a_text, "",
     "the maintenance ConfigMap; required", apply::config_map},
    {"namespace", "POD_NAMESPACE", "--namespace", a_text, "",
     "namespace of the cluster; default: the agent's own", apply::namespace_name},
    {"listen.address", "MAINTENANCE_BIND", "--listen-address", a_text, "any",
     "address to listen on, or any", apply::bind},
    {"listen.port", "MAINTENANCE_PORT", "--listen-port", a_number, "8889", "port of the API",
     apply::port<&Settings::port>},
    {"listen.healthPort", "MAINTENANCE_HEALTH_PORT", "--listen-health-port", a_number, "8890",
     "port of /livez, /readyz, /metrics and /version", apply::port<&Settings::health_port>},
    {"cassandra.selector", "CASSANDRA_ENDPOINT_LABELS", "--cassandra-selector", a_text,
     "app.kubernetes.io/component=database", "label selector of the cluster's Cassandra pods",
     apply::selector},
    {"cassandra.dcLabel", "MAINTENANCE_DC_LABEL", "--cassandra-dc-label", a_text,
     "cassandra-cluster-dc", "label that says the dc of a pod",
     apply::label_key<&Settings::dc_label>},
    {"cassandra.instanceLabel", "MAINTENANCE_INSTANCE_LABEL", "--cassandra-instance-label", a_text,
     "cassandra-cluster-instance", "label that says the cluster of a pod",
     apply::label_key<&Settings::instance_label>},
    {"cassandra.container", "MAINTENANCE_CASSANDRA_CONTAINER", "--cassandra-container", a_text,
     "cassandra", "container in which Cassandra runs",
     apply::container<&ContainerNames::cassandra>},
    {"gate.container", "MAINTENANCE_GATE_CONTAINER", "--gate-container", a_text, "maintenance-mode",
     "init container that holds a pod", apply::container<&ContainerNames::gate>},
    {"guards.compat", "MAINTENANCE_GUARDS_COMPAT", "--guards-compat", a_strictness, "warn",
     "soft guards at the root of the API: enforce or warn",
     apply::strictness<&Settings::guards_compat>},
    {"guards.v1", "MAINTENANCE_GUARDS_V1", "--guards-v1", a_strictness, "enforce",
     "soft guards under /v1: enforce or warn", apply::strictness<&Settings::guards_v1>},
    {"holds.hintWindow", "MAINTENANCE_HINT_WINDOW", "--holds-hint-window", a_duration, "3h",
     "Cassandra's max_hint_window; longer holds are warned of",
     apply::duration<&Settings::hint_window>},
    {"holds.gcGrace", "MAINTENANCE_GC_GRACE", "--holds-gc-grace", a_duration, "10d",
     "smallest gc_grace_seconds; longer holds are warned of", apply::duration<&Settings::gc_grace>},
    {"auth.anonymous",
     "MAINTENANCE_AUTH_ANONYMOUS",
     "--auth-anonymous",
     {ValueKind::choice, "none|read|write"},
     "read",
     "what callers without a token may do: none, read or write",
     apply::anonymous_access},
    {"auth.loopback",
     "MAINTENANCE_AUTH_LOOPBACK",
     "--auth-loopback",
     {ValueKind::choice, "allow|token"},
     "allow",
     "callers through a port-forward: allow, or token as for all others",
     apply::loopback_access},
    {"auth.audience", "MAINTENANCE_AUTH_AUDIENCE", "--auth-audience", a_text, "maintenance-agent",
     "audience that tokens must be issued for; cluster: the API server's own", apply::audience},
    {"tls.certFile", "MAINTENANCE_TLS_CERT_FILE", "--tls-cert-file", a_text, "",
     "file with the certificate of the API's port; without it, plain HTTP",
     apply::tls<&TlsFiles::cert_file>},
    {"tls.keyFile", "MAINTENANCE_TLS_KEY_FILE", "--tls-key-file", a_text, "",
     "file with the key of that certificate", apply::tls<&TlsFiles::key_file>},
    {"tls.clientCaFile", "MAINTENANCE_TLS_CLIENT_CA_FILE", "--tls-client-ca-file", a_text, "",
     "file with authorities; clients then need a certificate of theirs",
     apply::tls<&TlsFiles::client_ca_file>},
    {"log.level",
     "MAINTENANCE_LOG_LEVEL",
     "--log-level",
     {ValueKind::choice, "debug|info|warn|error"},
     "info",
     "debug, info, warn or error",
     apply::log_level},
    {"log.format",
     "MAINTENANCE_LOG_FORMAT",
     "--log-format",
     {ValueKind::choice, "json|text"},
     "json",
     "json or text",
     apply::log_format},
    {"api.server", "MAINTENANCE_API_SERVER", "--api-server", a_text, "",
     "https://HOST:PORT of the API server; default: in-cluster", apply::api<&ApiSettings::server>},
    {"api.caFile", "MAINTENANCE_API_CA_FILE", "--api-ca-file", a_text, "",
     "file with its certificate authority", apply::api<&ApiSettings::ca_file>},
    {"api.tokenFile", "MAINTENANCE_API_TOKEN_FILE", "--api-token-file", a_text, "",
     "file with the bearer token for it", apply::api<&ApiSettings::token_file>},
    {"api.clientCertFile", "MAINTENANCE_API_CLIENT_CERT_FILE", "--api-client-cert-file", a_text, "",
     "file with the client certificate for it", apply::api<&ApiSettings::client_cert_file>},
    {"api.clientKeyFile", "MAINTENANCE_API_CLIENT_KEY_FILE", "--api-client-key-file", a_text, "",
     "file with the key of the client certificate", apply::api<&ApiSettings::client_key_file>},
}};

}  // namespace

std::span<const Setting> setting_table() noexcept {
  return settings_of_the_agent;
}

std::vector<std::string_view> choices_of(const ValueType& type) {
  std::vector<std::string_view> out;
  std::string_view rest = type.choices;
  while (!rest.empty()) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    out.push_back(rest.substr(0, bar));
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  return out;
}

}  // namespace maintenance::agent
