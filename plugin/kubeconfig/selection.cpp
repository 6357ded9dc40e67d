#include "plugin/kubeconfig/selection.h"

#include <algorithm>
#include <optional>

#include "common/text/names.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

constexpr const char* doing = "reading the kubeconfig";

template <class Entry>
std::optional<Entry> find_entry(const std::vector<Entry>& entries, const std::string& name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.name == name; });
  if (found == entries.end()) return std::nullopt;
  return *found;
}

Error missing(const std::string& kind, const std::string& name, const std::string& next) {
  return Error{ErrorKind::invalid, "",
               kind + " " + text::quoted(name) + " does not exist; " + next};
}

Error wrong(const std::string& file, const std::string& cause) {
  return Error{ErrorKind::invalid, file.empty() ? doing : "reading kubeconfig " + file, cause};
}

Result<ContextEntry> choose_context(const Kubeconfig& config, const Overrides& overrides) {
  const std::string name = overrides.context.empty() ? config.current_context : overrides.context;
  if (name.empty()) return ContextEntry{};
  auto context = find_entry(config.contexts, name);
  if (!context) {
    return missing("context", name, "'kubectl config get-contexts' lists those that do");
  }
  return *context;
}

Result<ClusterEntry> choose_cluster(const Kubeconfig& config, const ContextEntry& context,
                                    const Overrides& overrides) {
  const std::string name = overrides.cluster.empty() ? context.cluster : overrides.cluster;
  if (name.empty()) return ClusterEntry{};
  auto cluster = find_entry(config.clusters, name);
  if (cluster) return *cluster;
  if (!overrides.cluster.empty()) {
    return missing("cluster", name, "'kubectl config get-clusters' lists those that do");
  }
  return wrong(context.file, "context " + text::quoted(context.name) + ": its cluster " +
                                 text::quoted(name) + " does not exist");
}

Result<UserEntry> choose_user(const Kubeconfig& config, const ContextEntry& context,
                              const Overrides& overrides) {
  const std::string name = overrides.user.empty() ? context.user : overrides.user;
  if (name.empty()) return UserEntry{};
  auto user = find_entry(config.users, name);
  if (user) return *user;
  if (!overrides.user.empty()) {
    return missing("user", name, "'kubectl config get-users' lists those that do");
  }
  return wrong(context.file, "context " + text::quoted(context.name) + ": its user " +
                                 text::quoted(name) + " does not exist");
}

void override_cluster(ClusterEntry& cluster, const Overrides& overrides) {
  if (!overrides.server.empty()) {
    cluster.server = overrides.server;
    cluster.tls_server_name.clear();  // it belonged to the other server
  }
  if (!overrides.tls_server_name.empty()) cluster.tls_server_name = overrides.tls_server_name;
  if (!overrides.certificate_authority.empty()) {
    cluster.ca_file = overrides.certificate_authority;
    cluster.ca_data.clear();
    cluster.insecure_skip_tls_verify = false;
  }
  if (overrides.insecure_skip_tls_verify) {
    cluster.insecure_skip_tls_verify = true;
    cluster.ca_file.clear();
    cluster.ca_data.clear();
  }
}

void override_user(UserEntry& user, const Overrides& overrides) {
  if (overrides.token.empty()) return;
  user.token = overrides.token;
  user.token_file.clear();
  // A token on the command line takes the place of every other way to log in; not of "as".
  const auto logs_in = [](const std::string& field) { return field.rfind("as", 0) != 0; };
  user.unsupported.erase(std::remove_if(user.unsupported.begin(), user.unsupported.end(), logs_in),
                         user.unsupported.end());
}

Result<void> check_cluster(const ClusterEntry& cluster) {
  const std::string entry = "cluster " + text::quoted(cluster.name) + ": ";
  if (cluster.server.empty()) {
    if (cluster.name.empty()) {
      return Error{ErrorKind::invalid, "",
                   "no cluster is configured: name one with --context or --server, or set "
                   "current-context with 'kubectl config use-context NAME'"};
    }
    return wrong(cluster.file, entry + "server is missing");
  }
  if (!cluster.proxy_url.empty()) {
    return wrong(cluster.file, entry + "proxy-url is not supported yet by this version");
  }
  if (!cluster.ca_file.empty() && !cluster.ca_data.empty()) {
    return wrong(cluster.file,
                 entry + "certificate-authority and certificate-authority-data are both set");
  }
  if (cluster.insecure_skip_tls_verify && (!cluster.ca_file.empty() || !cluster.ca_data.empty())) {
    return wrong(cluster.file,
                 entry + "insecure-skip-tls-verify and a certificate authority are both set");
  }
  return {};
}

Result<void> check_user(const UserEntry& user) {
  const std::string entry = "user " + text::quoted(user.name) + ": ";
  if (!user.unsupported.empty()) {
    return wrong(user.file, entry + user.unsupported.front() +
                                " is not supported yet by this version; use a client certificate "
                                "or a token");
  }
  if (!user.client_certificate_file.empty() && !user.client_certificate_data.empty()) {
    return wrong(user.file, entry + "client-certificate and client-certificate-data are both set");
  }
  if (!user.client_key_file.empty() && !user.client_key_data.empty()) {
    return wrong(user.file, entry + "client-key and client-key-data are both set");
  }
  const bool certificate =
      !user.client_certificate_file.empty() || !user.client_certificate_data.empty();
  const bool key = !user.client_key_file.empty() || !user.client_key_data.empty();
  if (certificate && !key) return wrong(user.file, entry + "client-key is missing");
  if (key && !certificate) return wrong(user.file, entry + "client-certificate is missing");
  return {};
}

}  // namespace

Result<Selection> select(const Kubeconfig& config, const Overrides& overrides) {
  if (overrides.insecure_skip_tls_verify && !overrides.certificate_authority.empty()) {
    return Error{ErrorKind::invalid, "",
                 "--insecure-skip-tls-verify and --certificate-authority exclude each other"};
  }
  auto context = choose_context(config, overrides);
  if (!context) return context.error();
  auto cluster = choose_cluster(config, *context, overrides);
  if (!cluster) return cluster.error();
  auto user = choose_user(config, *context, overrides);
  if (!user) return user.error();
  override_cluster(*cluster, overrides);
  override_user(*user, overrides);
  if (auto valid = check_cluster(*cluster); !valid) return valid.error();
  if (auto valid = check_user(*user); !valid) return valid.error();

  Selection out;
  out.context_name = context->name;
  out.cluster = std::move(*cluster);
  out.user = std::move(*user);
  out.namespace_name =
      overrides.namespace_name.empty() ? context->namespace_name : overrides.namespace_name;
  if (out.namespace_name.empty()) out.namespace_name = "default";
  if (auto valid = text::check_label("namespace", out.namespace_name); !valid) {
    return valid.error();
  }
  return out;
}

}  // namespace maintenance::plugin
