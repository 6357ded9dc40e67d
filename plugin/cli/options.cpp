#include "plugin/cli/options.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace maintenance::plugin {
namespace {

/// CLI11's own upper bound for positionals; parse_targets has the one that people see.
constexpr int words_max = 2000;

}  // namespace

/// "-n,--namespace" becomes "-n, --namespace=''", as kubectl shows it.
void OptionTable::remember(const std::string& names, const std::string& shown_default,
                           const std::string& help) {
  const auto comma = names.find(',');
  const std::string shown =
      comma == std::string::npos ? names : names.substr(0, comma) + ", " + names.substr(comma + 1);
  help_.push_back(OptionHelp{shown + "=" + shown_default, help});
}

void OptionTable::text(const std::string& names, std::string& into,
                       const std::string& shown_default, const std::string& help) {
  app_.add_option(names, into)->take_last();
  remember(names, "'" + shown_default + "'", help);
}

void OptionTable::list(const std::string& names, std::vector<std::string>& into,
                       const std::string& help) {
  app_.add_option(names, into)->allow_extra_args(false);
  remember(names, "[]", help);
}

void OptionTable::flag(const std::string& names, bool& into, const std::string& help) {
  app_.add_flag(names, into)->take_last();
  remember(names, into ? "true" : "false", help);
}

void OptionTable::number(const std::string& names, int& into, const std::string& help) {
  app_.add_option(names, into)->take_last();
  remember(names, std::to_string(into), help);
}

void OptionTable::words(std::vector<std::string>& into) {
  app_.add_option("words", into)->expected(0, words_max);
}

void declare_connection_options(OptionTable& table, RawOptions& raw) {
  Overrides& to = raw.overrides;
  table.text("--kubeconfig", to.kubeconfig, "", "Path to the kubeconfig file to use.");
  table.text("--context", to.context, "", "The name of the kubeconfig context to use.");
  table.text("--cluster", to.cluster, "", "The name of the kubeconfig cluster to use.");
  table.text("--user", to.user, "", "The name of the kubeconfig user to use.");
  table.text("-n,--namespace", to.namespace_name, "", "The namespace of the Cassandra cluster.");
  table.text("-s,--server", to.server, "", "The address and port of the Kubernetes API server.");
  table.text("--token", to.token, "", "Bearer token for authentication to the API server.");
  table.text("--username", to.username, "", "Username for basic authentication to the API server.");
  table.text("--password", to.password, "", "Password for basic authentication to the API server.");
  table.text("--client-certificate", to.client_certificate, "",
             "Path to a client certificate file for TLS.");
  table.text("--client-key", to.client_key, "", "Path to a client key file for TLS.");
  table.text("--as", to.as, "",
             "Username to impersonate for the operation. User could be a regular user or a service "
             "account in a namespace.");
  table.text("--as-uid", to.as_uid, "", "UID to impersonate for the operation.");
  table.list(
      "--as-group", to.as_groups,
      "Group to impersonate for the operation, this flag can be repeated to specify multiple "
      "groups.");
  table.list(
      "--as-user-extra", to.as_user_extra,
      "User extras (KEY=VALUE) to impersonate for the operation, this flag can be repeated to "
      "specify multiple values for the same key.");
  table.text("--certificate-authority", to.certificate_authority, "",
             "Path to a cert file for the certificate authority.");
  table.flag("--insecure-skip-tls-verify", to.insecure_skip_tls_verify,
             "If true, the server's certificate will not be checked for validity. This will make "
             "your connections insecure.");
  table.text("--tls-server-name", to.tls_server_name, "",
             "Server name to use for server certificate validation.");
  table.flag("--disable-compression", to.disable_compression,
             "If true, opt-out of response compression for all requests to the server (the plugin "
             "never asks for any).");
  table.text("--request-timeout", raw.request_timeout, "10s",
             "The length of time to wait for one answer, such as 1s, 2m; 0 means one day.");
  table.text("--instance", raw.instance, "",
             "The Cassandra cluster, when several share the namespace (label "
             "cassandra-cluster-instance).");
  table.text("--transport", raw.transport, "auto",
             "The way from the API server to the agent's pod. One of: (auto, tunnel, proxy).");
  table.text("--agent-url", raw.agent.url, "",
             "The address of an agent that is reached without the API server, such as "
             "https://maintenance.example.com.");
  table.text("--agent-token-file", raw.agent.token_file, "",
             "Path to a file with the bearer token for --agent-url.");
  table.text("--agent-token", raw.agent.token, "",
             "Bearer token for --agent-url; other users of this machine can see it while the "
             "command runs.");
  table.text("--agent-certificate-authority", raw.agent.ca_file, "",
             "Path to a cert file for the certificate authority of --agent-url.");
  table.number("-v,--v", raw.verbosity,
               "How much to tell on stderr: 1 shows the way to the agent, 6 each request, 9 "
               "also headers.");
  table.flag("-h,--help", raw.help, "Show this help.");
}

}  // namespace maintenance::plugin
