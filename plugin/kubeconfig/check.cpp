#include "plugin/kubeconfig/check.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/http/proxy.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

constexpr std::string_view exec_v1 = "client.authentication.k8s.io/v1";
constexpr std::string_view exec_v1beta1 = "client.authentication.k8s.io/v1beta1";
constexpr std::array<std::string_view, 3> interactive_modes{"Never", "IfAvailable", "Always"};

/// What takes the place of plugins that were once part of kubectl.
struct Successor {
  std::string_view provider;
  std::string_view way_out;
};
constexpr std::array<Successor, 3> successors{
    {{"gcp",
      "use the exec plugin gke-gcloud-auth-plugin: 'gcloud container clusters "
      "get-credentials CLUSTER' writes it"},
     {"azure", "use the exec plugin kubelogin: 'kubelogin convert-kubeconfig' writes it"},
     {"oidc", "use an exec plugin such as kubectl-oidc_login (kubelogin)"}}};

std::string auth_provider_text(const std::string& name) {
  const auto* const found =
      std::find_if(successors.begin(), successors.end(),
                   [&](const Successor& one) { return one.provider == name; });
  return "auth-provider " + text::quoted(name) + " is not supported; " +
         std::string(found == successors.end() ? "use an exec plugin" : found->way_out);
}

/// Empty when all is well.
std::string wrong_with(const ExecPlugin& exec) {
  if (exec.command.empty()) return "exec.command is missing";
  if (exec.api_version.empty()) return "exec.apiVersion is missing";
  if (exec.api_version != exec_v1 && exec.api_version != exec_v1beta1) {
    return "exec.apiVersion " + text::quoted(exec.api_version) + " is not supported; " +
           text::quoted(exec_v1) + " and " + text::quoted(exec_v1beta1) +
           " are: update the plugin, or what wrote this entry";
  }
  const bool nameless = std::any_of(exec.env.begin(), exec.env.end(),
                                    [](const auto& variable) { return variable.first.empty(); });
  if (nameless) return "an entry of exec.env has no name";
  if (exec.interactive_mode.empty()) {
    return exec.api_version == exec_v1 ? "exec.interactiveMode is missing" : "";
  }
  if (std::find(interactive_modes.begin(), interactive_modes.end(), exec.interactive_mode) ==
      interactive_modes.end()) {
    return "exec.interactiveMode " + text::quoted(exec.interactive_mode) +
           " is none of Never, IfAvailable, Always";
  }
  return {};
}

std::string wrong_with_certificate(const UserEntry& user) {
  if (!user.client_certificate_file.empty() && !user.client_certificate_data.empty()) {
    return "client-certificate and client-certificate-data are both set";
  }
  const bool certificate =
      !user.client_certificate_file.empty() || !user.client_certificate_data.empty();
  if (!certificate) return {};  // a key without one is not used
  if (!user.client_key_file.empty() && !user.client_key_data.empty()) {
    return "client-key and client-key-data are both set";
  }
  const bool key = !user.client_key_file.empty() || !user.client_key_data.empty();
  return key ? "" : "client-key is missing";
}

std::string wrong_with(const UserEntry& user) {
  const bool token = !user.token.empty() || !user.token_file.empty();
  const bool basic = !user.username.empty() || !user.password.empty();
  if (token && basic) {
    return "there is a token as well as username and password, and only one is allowed";
  }
  const Impersonation& as = user.as;
  if (as.user.empty() && (!as.uid.empty() || !as.groups.empty() || !as.extra.empty())) {
    return "as-uid, as-groups and as-user-extra need as";
  }
  if (!user.auth_provider.empty()) {
    return user.exec ? "exec and auth-provider are both set"
                     : auth_provider_text(user.auth_provider);
  }
  if (user.exec) {
    if (auto wrong = wrong_with(*user.exec); !wrong.empty()) return wrong;
  }
  return wrong_with_certificate(user);
}

}  // namespace

Error wrong_entry(const std::string& file, const std::string& cause) {
  return Error{ErrorKind::invalid,
               file.empty() ? "reading the kubeconfig" : "reading kubeconfig " + file, cause};
}

Result<void> check_cluster(const ClusterEntry& cluster) {
  const std::string entry = "cluster " + text::quoted(cluster.name) + ": ";
  if (cluster.server.empty()) {
    if (cluster.name.empty()) {
      return Error{ErrorKind::invalid, "",
                   "no cluster is configured: name one with --context or --server, or set "
                   "current-context with 'kubectl config use-context NAME'"};
    }
    return wrong_entry(cluster.file, entry + "server is missing");
  }
  if (!cluster.proxy_url.empty()) {
    if (const auto proxy = http::parse_proxy(cluster.proxy_url); !proxy) {
      return wrong_entry(cluster.file, entry + "proxy-url: " + proxy.error().cause);
    }
  }
  if (!cluster.ca_file.empty() && !cluster.ca_data.empty()) {
    return wrong_entry(cluster.file, entry +
                                         "certificate-authority and "
                                         "certificate-authority-data are both set");
  }
  if (cluster.insecure_skip_tls_verify && (!cluster.ca_file.empty() || !cluster.ca_data.empty())) {
    return wrong_entry(cluster.file,
                       entry + "insecure-skip-tls-verify and a certificate authority are both set");
  }
  return {};
}

Result<void> check_user(const UserEntry& user) {
  const std::string wrong = wrong_with(user);
  if (wrong.empty()) return {};
  return wrong_entry(user.file, "user " + text::quoted(user.name) + ": " + wrong);
}

}  // namespace maintenance::plugin
