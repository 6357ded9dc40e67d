#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "common/http/proxy.h"
#include "common/result.h"

namespace maintenance::http {

/// What a client needs to know for TLS. PEM texts, never file names: reading files is the
/// business of whoever made this value.
struct TlsSettings {
  std::string ca_pem;           ///< one or more certificates; empty = the system's roots
  std::string client_cert_pem;  ///< optional, needs client_key_pem
  std::string client_key_pem;   ///< RSA, EC or PKCS#8, not encrypted
  std::string server_name;      ///< name to verify and to send as SNI; empty = the host dialled
  bool insecure_skip_verify = false;
};

/// Where a server listens. A plain value.
struct Endpoint {
  bool tls = true;
  std::string host;  ///< without brackets, also for IPv6
  std::uint16_t port = 443;
  std::string path_prefix;  ///< "" or "/k8s/clusters/c-1"; goes in front of every target
  TlsSettings tls_settings;
  std::optional<Proxy> proxy = {};  ///< to be connected by

  /// "https://host:port/prefix", for messages.
  [[nodiscard]] std::string url() const;
};

/// Reads "https://host[:port][/prefix]"; drops query, fragment and trailing slashes. Fails with
/// ErrorKind::invalid for other schemes or bad ports.
[[nodiscard]] Result<Endpoint> parse_endpoint(const std::string& url);

/// Name and password in a URL ("https://name:password@host"), decoded; both empty when there are
/// none, or when it is no URL.
[[nodiscard]] std::pair<std::string, std::string> user_info(const std::string& url);

}  // namespace maintenance::http
