#include "plugin/kubeconfig/load.h"

#include <algorithm>
#include <filesystem>

#include "common/http/endpoint.h"
#include "common/http/proxy_environment.h"
#include "common/text/base64.h"
#include "common/text/path_list.h"
#include "common/text/printable.h"
#include "plugin/kubeconfig/check.h"

namespace maintenance::plugin {
namespace {

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

/// Nothing that logs somebody in travels in the clear; kubectl leaves it out as well, which is what
/// makes `kubectl proxy` usable with a kubeconfig that has a user.
void leave_out_credentials(LoadedAccess& access) {
  access.access.token.clear();
  access.access.token_file.clear();
  access.username.clear();
  access.password.clear();
  access.exec.reset();
  access.access.endpoint.tls_settings = {};
}

/// kubectl takes an address without a scheme for plain HTTP, whatever else is configured.
Result<http::Endpoint> make_endpoint(const ClusterEntry& cluster) {
  const bool bare = cluster.server.find("://") == std::string::npos;
  auto endpoint = http::parse_endpoint((bare ? "http://" : "") + cluster.server);
  if (!endpoint) return endpoint.error();
  endpoint->tls_settings.server_name = cluster.tls_server_name;
  endpoint->tls_settings.insecure_skip_verify = cluster.insecure_skip_tls_verify;
  return endpoint;
}

Result<void> read_client_certificate(const UserEntry& user, const FileReader& read,
                                     http::TlsSettings& into) {
  const std::string entry = "user " + text::quoted(user.name);
  auto certificate = read_pem({entry, "client-certificate", user.file, user.client_certificate_file,
                               user.client_certificate_data},
                              read);
  if (!certificate) return certificate.error();
  if (certificate->empty()) return {};
  auto key =
      read_pem({entry, "client-key", user.file, user.client_key_file, user.client_key_data}, read);
  if (!key) return key.error();
  into.client_cert_pem = std::move(*certificate);
  into.client_key_pem = std::move(*key);
  return {};
}

/// A tokenFile that can be read beats a token; one that cannot be read is a mistake only when there
/// is nothing else.
Result<void> choose_token(const UserEntry& user, const FileReader& read, LoadedAccess& out) {
  out.access.token = user.token;
  out.access.token_file = user.token_file;
  if (user.token_file.empty()) return {};
  const auto content = read(user.token_file);
  if (content) return {};
  if (user.token.empty()) {
    return wrong_entry(
        user.file, "user " + text::quoted(user.name) + ": tokenFile: " + content.error().message());
  }
  out.access.token_file.clear();
  return {};
}

/// Name and password in the server's URL beat whatever the user entry says.
void choose_basic(const ClusterEntry& cluster, const UserEntry& user, LoadedAccess& out) {
  const auto [name, password] = http::user_info(cluster.server);
  const bool in_url = !name.empty() || !password.empty();
  if (in_url) {
    out.access.token.clear();
    out.access.token_file.clear();
  }
  out.username = in_url ? name : user.username;
  out.password = in_url ? password : user.password;
}

Result<void> choose_credentials(const ClusterEntry& cluster, const UserEntry& user,
                                const FileReader& read, LoadedAccess& out) {
  http::TlsSettings& tls = out.access.endpoint.tls_settings;
  if (auto done = read_client_certificate(user, read, tls); !done) return done.error();
  if (auto chosen = choose_token(user, read, out); !chosen) return chosen.error();
  choose_basic(cluster, user, out);
  const bool logs_in = !out.access.token.empty() || !out.access.token_file.empty() ||
                       !out.username.empty() || !out.password.empty();
  if (!logs_in && user.exec) {
    out.exec = user.exec;
    out.exec_extension_json = cluster.exec_extension_json;
  }
  return {};
}

/// kubectl asks for a name and a password then; nobody has wanted that for years.
Result<void> check_something(const LoadedAccess& access, const UserEntry& user) {
  const bool something = !access.access.token.empty() || !access.access.token_file.empty() ||
                         !access.username.empty() || !access.password.empty() || access.exec ||
                         !access.access.endpoint.tls_settings.client_cert_pem.empty();
  if (something) return {};
  const std::string who =
      user.name.empty() ? "there is no user, and so" : "user " + text::quoted(user.name) + " has";
  return wrong_entry(user.file, who +
                                    " nothing to log in with; name another one with --user or "
                                    "--context, or use --token or --client-certificate");
}

Result<LoadedAccess> open_selection(const Selection& selection, const FileReader& read) {
  const ClusterEntry& cluster = selection.cluster;
  auto endpoint = make_endpoint(cluster);
  if (!endpoint) return endpoint.error();
  auto ca = read_pem({"cluster " + text::quoted(cluster.name), "certificate-authority",
                      cluster.file, cluster.ca_file, cluster.ca_data},
                     read);
  if (!ca) return ca.error();
  endpoint->tls_settings.ca_pem = std::move(*ca);
  LoadedAccess out{kube::Access{std::move(*endpoint), selection.namespace_name, {}, {}}};
  out.context_name = selection.context_name;
  out.user_name = selection.user.name;
  out.as = selection.user.as;
  out.server = cluster.server;
  out.proxy_url = cluster.proxy_url;
  out.disable_compression = cluster.disable_compression;
  auto chosen = choose_credentials(cluster, selection.user, read, out);
  if (!chosen) return chosen.error();
  if (!out.access.endpoint.tls) {
    leave_out_credentials(out);
    return out;
  }
  if (auto valid = check_something(out, selection.user); !valid) return valid.error();
  return out;
}

bool runs_in_cluster(const Overrides& overrides, const kube::Environment& environment,
                     const FileReader& read) {
  const bool in_pod = !environment("KUBERNETES_SERVICE_HOST").empty() &&
                      !environment("KUBERNETES_SERVICE_PORT").empty() &&
                      read(std::string(kube::service_account_folder) + "/token").ok();
  return in_pod && overrides.kubeconfig.empty() && overrides.context.empty() &&
         overrides.cluster.empty() && overrides.user.empty() && overrides.server.empty();
}

/// The pod's own service account, with what the flags say on top.
Result<LoadedAccess> load_in_cluster(const Overrides& overrides,
                                     const kube::Environment& environment) {
  auto access = kube::in_cluster_access(environment);
  if (!access) return access.error();
  if (auto chosen = choose_proxy(access->endpoint, "", "", environment); !chosen) {
    return chosen.error();
  }
  if (!overrides.namespace_name.empty()) access->namespace_name = overrides.namespace_name;
  if (!overrides.token.empty()) {
    access->token = overrides.token;
    access->token_file.clear();
  }
  LoadedAccess out{std::move(*access)};
  UserEntry user;
  if (auto overridden = override_user(user, overrides); !overridden) return overridden.error();
  out.as = user.as;
  user.token.clear();  // the service account's is used instead of it, or has been replaced
  if (auto valid = check_user(user); !valid) return valid.error();
  return out;
}

}  // namespace

std::vector<std::string> kubeconfig_files(const Overrides& overrides,
                                          const kube::Environment& environment) {
  if (!overrides.kubeconfig.empty()) return {overrides.kubeconfig};
  std::vector<std::string> files;
  for (const std::string& file : text::split_path_list(environment("KUBECONFIG"))) {
    if (!file.empty() && std::find(files.begin(), files.end(), file) == files.end()) {
      files.push_back(file);
    }
  }
  if (!files.empty()) return files;
  std::string home = environment("HOME");
  if (home.empty()) home = environment("USERPROFILE");
  if (home.empty()) return {};
  return {(std::filesystem::path(home) / ".kube" / "config").string()};
}

Result<void> choose_proxy(http::Endpoint& endpoint, const std::string& proxy_url,
                          const std::string& cluster, const kube::Environment& environment) {
  if (proxy_url.empty()) {
    auto proxy = http::proxy_from_environment(endpoint, environment);
    if (!proxy) return proxy.error();
    endpoint.proxy = std::move(*proxy);
    return {};
  }
  auto proxy = http::parse_proxy(proxy_url);
  if (!proxy) return proxy.error();
  proxy->origin = "proxy-url of cluster " + text::quoted(cluster);
  endpoint.proxy = std::move(*proxy);
  return {};
}

Result<LoadedAccess> load_access(const Overrides& overrides, const kube::Environment& environment,
                                 const FileReader& read) {
  auto config = read_files(overrides, environment, read);
  if (!config) return config.error();
  if (config->empty() && runs_in_cluster(overrides, environment, read)) {
    return load_in_cluster(overrides, environment);
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
  auto loaded = open_selection(*selection, read);
  if (!loaded) return loaded;
  auto chosen = choose_proxy(loaded->access.endpoint, loaded->proxy_url, selection->cluster.name,
                             environment);
  if (!chosen) return chosen.error();
  return loaded;
}

}  // namespace maintenance::plugin
