#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "common/text/timestamp.h"
#include "plugin/kubeconfig/load.h"

namespace maintenance::plugin {

/// What an exec plugin gave out (client.authentication.k8s.io). Holds secrets; never printed.
struct ExecCredential {
  std::string token = {};            ///< empty when there is only a certificate
  std::string client_cert_pem = {};  ///< with client_key_pem, or both empty
  std::string client_key_pem = {};
  std::optional<text::Timestamp> expires = {};
};

/// Reads a plugin's output. It has to have the version that was asked for, and a token or both
/// halves of a certificate. Fails with `protocol`; messages never repeat what was printed.
[[nodiscard]] Result<ExecCredential> parse_exec_credential(const std::string& output,
                                                           const std::string& api_version);

/// What a plugin is told in KUBERNETES_EXEC_INFO: whether it may ask the person, and about the
/// cluster when its entry says so.
[[nodiscard]] std::string exec_info(const LoadedAccess& access, bool interactive);

}  // namespace maintenance::plugin
