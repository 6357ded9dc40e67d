#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/kube/access.h"
#include "common/result.h"
#include "plugin/kubeconfig/selection.h"

namespace maintenance::plugin {

/// Reads a whole file; replaceable in tests.
using FileReader = std::function<Result<std::string>(const std::string& path)>;

/// Where to go and as whom, with the names that messages need. Holds secrets; never printed.
struct LoadedAccess {
  kube::Access access;
  std::string context_name = {};  ///< empty in a cluster or without a context
  std::string user_name = {};     ///< of the kubeconfig entry, empty when there is none
  std::string username = {};      ///< for basic authentication, with `password`
  std::string password = {};
  Impersonation as = {};
  std::optional<ExecPlugin> exec = {};   ///< only when nothing else logs in
  std::string exec_extension_json = {};  ///< of the cluster, for `exec`
  std::string server = {};               ///< as the cluster's entry has it, for `exec`
  std::string proxy_url = {};            ///< of the cluster; beats the environment
  bool disable_compression = false;
};

/// Everything between the command line and a connection: which files, their merge, the flags, the
/// certificates; and, when there is no kubeconfig at all, the service account of the pod that we
/// run in. Opens no connection. Fails with `invalid` or `not_found`, naming file, entry and field.
[[nodiscard]] Result<LoadedAccess> load_access(const Overrides& overrides,
                                               const kube::Environment& environment,
                                               const FileReader& read);

/// How to get to the server: by the cluster's proxy-url, or by what the environment asks for.
[[nodiscard]] Result<void> choose_proxy(http::Endpoint& endpoint, const std::string& proxy_url,
                                        const std::string& cluster,
                                        const kube::Environment& environment);

/// The files to read, in the order of their precedence: --kubeconfig, KUBECONFIG, or the one in
/// the home folder. Empty entries and repetitions are left out.
[[nodiscard]] std::vector<std::string> kubeconfig_files(const Overrides& overrides,
                                                        const kube::Environment& environment);

}  // namespace maintenance::plugin
