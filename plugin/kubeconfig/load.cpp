#include "plugin/kubeconfig/load.h"

#include <algorithm>
#include <filesystem>

#include "common/http/endpoint.h"
#include "common/text/base64.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

/// Separates the files of KUBECONFIG, as everywhere on the platform.
constexpr char list_separator = std::filesystem::path::preferred_separator == '\\' ? ';' : ':';

Result<Kubeconfig> read_files(const Overrides& overrides, const kube::Environment& environment,
                              const FileReader& read) {
  std::vector<Kubeconfig> files;
  for (const std::string& path : kubeconfig_files(overrides, environment)) {
    auto content = read(path);
    if (!content) {
      const bool may_be_absent = overrides.kubeconfig.empty();
      if (may_be_absent && content.error().kind == ErrorKind::not_found) continue;
      return Error{content.error().kind, "reading kubeconfig " + path, content.error().cause};
    }
    auto parsed = parse_kubeconfig(*content, path);
    if (!parsed) return parsed.error();
    files.push_back(std::move(*parsed));
  }
  return merge(files);
}

/// A PEM text that is either in a file or, as base64, in the entry itself.
struct PemSource {
  std::string entry;  ///< `user "x"`
  std::string field;  ///< "client-key"
  const std::string& config_file;
  const std::string& pem_file;
  const std::string& data;
};

Result<std::string> read_pem(const PemSource& source, const FileReader& read) {
  const std::string doing = source.config_file.empty() ? "reading " + source.field
                                                       : "reading kubeconfig " + source.config_file;
  if (!source.data.empty()) {
    auto decoded = text::base64_decode(source.data);
    if (!decoded) {
      return Error{ErrorKind::invalid, doing,
                   source.entry + ": " + source.field + "-data is not base64"};
    }
    return std::move(*decoded);
  }
  if (source.pem_file.empty()) return std::string();
  auto content = read(source.pem_file);
  if (content) return content;
  return Error{ErrorKind::invalid, doing,
               source.entry + ": " + source.field + ": " + content.error().message()};
}

Result<http::Endpoint> make_endpoint(const Selection& selection) {
  const ClusterEntry& cluster = selection.cluster;
  std::string url = cluster.server;
  if (url.find("://") == std::string::npos) {
    const bool tls = !cluster.ca_file.empty() || !cluster.ca_data.empty() ||
                     !cluster.tls_server_name.empty() || cluster.insecure_skip_tls_verify ||
                     !selection.user.client_certificate_file.empty() ||
                     !selection.user.client_certificate_data.empty();
    url = (tls ? "https://" : "http://") + url;
  }
  auto endpoint = http::parse_endpoint(url);
  if (!endpoint) return endpoint.error();
  endpoint->tls_settings.server_name = cluster.tls_server_name;
  endpoint->tls_settings.insecure_skip_verify = cluster.insecure_skip_tls_verify;
  return endpoint;
}

Result<LoadedAccess> open_selection(const Selection& selection, const FileReader& read) {
  const ClusterEntry& cluster = selection.cluster;
  const UserEntry& user = selection.user;
  auto endpoint = make_endpoint(selection);
  if (!endpoint) return endpoint.error();
  const std::string cluster_entry = "cluster " + text::quoted(cluster.name);
  const std::string user_entry = "user " + text::quoted(user.name);
  auto ca = read_pem(
      {cluster_entry, "certificate-authority", cluster.file, cluster.ca_file, cluster.ca_data},
      read);
  if (!ca) return ca.error();
  auto certificate = read_pem({user_entry, "client-certificate", user.file,
                               user.client_certificate_file, user.client_certificate_data},
                              read);
  if (!certificate) return certificate.error();
  auto key = read_pem(
      {user_entry, "client-key", user.file, user.client_key_file, user.client_key_data}, read);
  if (!key) return key.error();
  endpoint->tls_settings.ca_pem = std::move(*ca);
  endpoint->tls_settings.client_cert_pem = std::move(*certificate);
  endpoint->tls_settings.client_key_pem = std::move(*key);

  LoadedAccess out;
  out.access.endpoint = std::move(*endpoint);
  out.access.namespace_name = selection.namespace_name;
  out.access.token = user.token;
  out.access.token_file = user.token_file;
  out.context_name = selection.context_name;
  out.user_name = user.name;
  return out;
}

bool runs_in_cluster(const Overrides& overrides, const kube::Environment& environment) {
  return overrides.kubeconfig.empty() && overrides.context.empty() && overrides.cluster.empty() &&
         overrides.user.empty() && overrides.server.empty() &&
         !environment("KUBERNETES_SERVICE_HOST").empty();
}

}  // namespace

std::vector<std::string> kubeconfig_files(const Overrides& overrides,
                                          const kube::Environment& environment) {
  if (!overrides.kubeconfig.empty()) return {overrides.kubeconfig};
  std::vector<std::string> files;
  std::string list = environment("KUBECONFIG");
  while (!list.empty()) {
    const auto end = list.find(list_separator);
    const std::string file = list.substr(0, end);
    if (!file.empty() && std::find(files.begin(), files.end(), file) == files.end()) {
      files.push_back(file);
    }
    list.erase(0, end == std::string::npos ? list.size() : end + 1);
  }
  if (!files.empty()) return files;
  std::string home = environment("HOME");
  if (home.empty()) home = environment("USERPROFILE");
  if (home.empty()) return {};
  return {(std::filesystem::path(home) / ".kube" / "config").string()};
}

Result<LoadedAccess> load_access(const Overrides& overrides, const kube::Environment& environment,
                                 const FileReader& read) {
  auto config = read_files(overrides, environment, read);
  if (!config) return config.error();
  if (config->empty() && runs_in_cluster(overrides, environment)) {
    auto access = kube::in_cluster_access(environment);
    if (!access) return access.error();
    if (!overrides.namespace_name.empty()) access->namespace_name = overrides.namespace_name;
    if (!overrides.token.empty()) {
      access->token = overrides.token;
      access->token_file.clear();
    }
    return LoadedAccess{std::move(*access)};
  }
  if (config->empty() && overrides.server.empty() && overrides.context.empty()) {
    return Error{ErrorKind::invalid, "",
                 "no kubeconfig was found: set KUBECONFIG, use --kubeconfig FILE, or create "
                 "~/.kube/config"};
  }
  if (const std::string& file = overrides.certificate_authority; !file.empty()) {
    // Later it could no longer be told from an entry of the kubeconfig.
    const auto content = read(file);
    if (!content) return content.error().within("reading --certificate-authority");
  }
  auto selection = select(*config, overrides);
  if (!selection) return selection.error();
  return open_selection(*selection, read);
}

}  // namespace maintenance::plugin
