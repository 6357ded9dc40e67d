#include "plugin/kubeconfig/selection.h"

#include <algorithm>
#include <optional>

#include "common/text/names.h"
#include "common/text/printable.h"
#include "plugin/kubeconfig/check.h"

namespace maintenance::plugin {
namespace {

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
  return wrong_entry(context.file, "context " + text::quoted(context.name) + ": its cluster " +
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
  return wrong_entry(context.file, "context " + text::quoted(context.name) + ": its user " +
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
  cluster.disable_compression = cluster.disable_compression || overrides.disable_compression;
}

}  // namespace

/// kubectl's flags replace fields, not whole entries: a tokenFile beats --token as it beats token,
/// --token beside a username is one way too many, and a certificate's file contradicts its data.
Result<void> override_user(UserEntry& user, const Overrides& overrides) {
  if (!overrides.token.empty()) user.token = overrides.token;
  if (!overrides.username.empty()) user.username = overrides.username;
  if (!overrides.password.empty()) user.password = overrides.password;
  if (!overrides.client_certificate.empty()) {
    user.client_certificate_file = overrides.client_certificate;
  }
  if (!overrides.client_key.empty()) user.client_key_file = overrides.client_key;
  if (!overrides.as.empty()) user.as.user = overrides.as;
  if (!overrides.as_uid.empty()) user.as.uid = overrides.as_uid;
  if (!overrides.as_groups.empty()) user.as.groups = overrides.as_groups;
  if (overrides.as_user_extra.empty()) return {};
  user.as.extra.clear();
  for (const std::string& pair : overrides.as_user_extra) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{ErrorKind::invalid, "",
                   "--as-user-extra " + text::quoted(pair) + " is not KEY=VALUE"};
    }
    user.as.extra[pair.substr(0, equals)].push_back(pair.substr(equals + 1));
  }
  return {};
}

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
  if (auto overridden = override_user(*user, overrides); !overridden) return overridden.error();
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
