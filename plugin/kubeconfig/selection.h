#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "plugin/kubeconfig/kubeconfig.h"

namespace maintenance::plugin {

/// kubectl's connection flags. An empty text means that the flag was not given. File names are
/// relative to the working directory.
struct Overrides {
  std::string kubeconfig;
  std::string context;
  std::string cluster;
  std::string user;
  std::string namespace_name;
  std::string server;
  std::string token;
  std::string username;
  std::string password;
  std::string client_certificate;
  std::string client_key;
  std::string certificate_authority;
  std::string tls_server_name;
  std::string as;
  std::string as_uid;
  std::vector<std::string> as_groups;
  std::vector<std::string> as_user_extra;  ///< each KEY=VALUE
  bool insecure_skip_tls_verify = false;
  bool disable_compression = false;
};

/// What a kubeconfig and the flags together mean: one server, one identity, one namespace.
struct Selection {
  std::string context_name;  ///< empty when no context is in use
  ClusterEntry cluster;
  UserEntry user;
  std::string namespace_name;
};

/// Applies the flags that say as whom. Fails with `invalid` for a flag that cannot be read.
[[nodiscard]] Result<void> override_user(UserEntry& user, const Overrides& overrides);

/// Applies the flags by kubectl's rules. Touches no file. Fails with `invalid`.
[[nodiscard]] Result<Selection> select(const Kubeconfig& config, const Overrides& overrides);

}  // namespace maintenance::plugin
