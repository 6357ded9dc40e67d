#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "agent/observe/log.h"
#include "common/kube/access.h"
#include "common/kube/selector.h"
#include "common/maintenance/state.h"
#include "common/result.h"

namespace maintenance::agent {

/// How to reach the API server when the service account of the pod is not what is wanted.
struct ApiSettings {
  std::string server;  ///< empty: from inside the cluster
  std::string ca_file;
  std::string token_file;
  std::string client_cert_file;
  std::string client_key_file;
};

/// Whether soft guards refuse or only warn.
enum class Strictness { enforce, warn };

/// What callers without a token may do, unless they come from loopback.
enum class AnonymousAccess { none, read, write };
/// Whether loopback is let in without a token: a port-forward ends there, and Kubernetes has asked
/// who may open one.
enum class LoopbackAccess { allow, token };

struct AuthSettings {
  AnonymousAccess anonymous = AnonymousAccess::read;
  LoopbackAccess loopback = LoopbackAccess::allow;
  /// For whom a token must have been issued; empty: for the API server.
  std::string audience = "maintenance-agent";
};

/// Files in PEM for TLS on the API's port; without a certificate it is plain HTTP.
struct TlsFiles {
  std::string cert_file;
  std::string key_file;
  std::string client_ca_file;  ///< when given, clients need a certificate of these authorities
};

/// Everything that can be configured, with the reference system's values as defaults. A plain
/// value; holds file names, never secrets.
struct Settings {
  std::string config_map;
  std::string namespace_name;  ///< empty: the service account's
  std::string bind = "any";    ///< an address, or "any" for all of IPv4 and IPv6
  std::uint16_t port = 8889;   ///< 0: any free one
  std::uint16_t health_port = 8890;
  kube::LabelSelector selector;
  std::string dc_label;
  std::string instance_label;
  ContainerNames containers;
  Strictness guards_compat = Strictness::warn;  ///< soft guards at the root of the API
  Strictness guards_v1 = Strictness::enforce;   ///< ... and under /v1
  std::chrono::seconds hint_window{std::chrono::hours(3)};
  std::chrono::seconds gc_grace{std::chrono::hours(240)};
  AuthSettings auth;
  TlsFiles tls;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::json;
  ApiSettings api;
};

/// Reads the environment alone, and the configuration file that it names. See configuration.h for
/// all the sources.
[[nodiscard]] Result<Settings> load_settings(const kube::Environment& environment);

/// How to reach the API server with these settings. Reads the files that they name. Fails with
/// `invalid` or `not_found` and says what is missing.
[[nodiscard]] Result<kube::Access> make_access(const Settings& settings,
                                               const kube::Environment& environment);

}  // namespace maintenance::agent
