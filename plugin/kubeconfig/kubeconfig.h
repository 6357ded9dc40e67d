#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/result.h"

namespace maintenance::plugin {

/// Entries of a kubeconfig. File names are already relative to the process, not to the kubeconfig.
/// Plain values; they hold secrets, so they are never printed.

/// A program that is run to get credentials (client.authentication.k8s.io).
struct ExecPlugin {
  std::string api_version;  ///< "client.authentication.k8s.io/v1" or ".../v1beta1"
  std::string command;      ///< a bare word is looked up in PATH, anything else is a path
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;
  std::string interactive_mode;  ///< Never, IfAvailable or Always once it has been checked
  bool provide_cluster_info = false;
};

/// As whom the API server shall treat the caller. Group, uid and extra need a user.
struct Impersonation {
  std::string user;
  std::string uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> extra;
};

struct ClusterEntry {
  std::string name;
  std::string file;  ///< where it was defined, for messages
  std::string server;
  std::string tls_server_name;
  std::string ca_file;
  std::string ca_data;  ///< base64
  std::string proxy_url;
  bool insecure_skip_tls_verify = false;
  bool disable_compression = false;
  /// The extension client.authentication.k8s.io/exec as JSON, for ExecPlugin; empty when absent.
  std::string exec_extension_json;
};

struct UserEntry {
  std::string name;
  std::string file;
  std::string client_certificate_file;
  std::string client_certificate_data;  ///< base64
  std::string client_key_file;
  std::string client_key_data;  ///< base64
  std::string token;
  std::string token_file;
  std::string username;
  std::string password;
  Impersonation as;
  std::optional<ExecPlugin> exec;
  std::string auth_provider;  ///< its name; a kind of plugin that Kubernetes has given up
};

struct ContextEntry {
  std::string name;
  std::string file;
  std::string cluster;
  std::string user;
  std::string namespace_name;
};

/// One kubeconfig, or several merged.
struct Kubeconfig {
  std::vector<ClusterEntry> clusters;
  std::vector<UserEntry> users;
  std::vector<ContextEntry> contexts;
  std::string current_context;

  [[nodiscard]] bool empty() const noexcept;
};

/// Reads the text of one file. `file` goes into messages and is what relative names inside are
/// relative to. Touches no file itself. Fails with `invalid`, naming file, entry and field.
[[nodiscard]] Result<Kubeconfig> parse_kubeconfig(const std::string& text, const std::string& file);

/// For each name the first file that defines it wins, as a whole; current-context is the first one
/// that is set.
[[nodiscard]] Kubeconfig merge(const std::vector<Kubeconfig>& files);

}  // namespace maintenance::plugin
