#include "agent/config/settings.h"
#include "common/text/file.h"

namespace maintenance::agent {
namespace {

/// Reads an optional file into `into`.
Result<void> read_into(const std::string& path, std::string& into) {
  if (path.empty()) return {};
  auto content = text::read_file(path);
  if (!content) return content.error();
  into = std::move(*content);
  return {};
}

Result<kube::Access> explicit_access(const Settings& settings) {
  const ApiSettings& api = settings.api;
  auto endpoint = http::parse_endpoint(api.server);
  if (!endpoint) return endpoint.error().within("api.server (MAINTENANCE_API_SERVER)");
  kube::Access access;
  access.endpoint = std::move(*endpoint);
  access.token_file = api.token_file;
  if (!settings.namespace_name.empty()) access.namespace_name = settings.namespace_name;
  http::TlsSettings& tls = access.endpoint.tls_settings;
  if (auto read = read_into(api.ca_file, tls.ca_pem); !read) return read.error();
  if (auto read = read_into(api.client_cert_file, tls.client_cert_pem); !read) return read.error();
  if (auto read = read_into(api.client_key_file, tls.client_key_pem); !read) return read.error();
  return access;
}

}  // namespace

Result<kube::Access> make_access(const Settings& settings, const kube::Environment& environment) {
  if (!settings.api.server.empty()) return explicit_access(settings);
  auto access = kube::in_cluster_access(environment);
  if (access) return access;
  Error error = access.error();
  error.cause += "; outside a cluster set api.server (MAINTENANCE_API_SERVER)";
  return error;
}

}  // namespace maintenance::agent
