#pragma once

#include <string>

#include "common/kube/access.h"

namespace maintenance::testing {

/// The API server that ctest's fixture `cluster.up` has started. A plain value.
struct ClusterAccess {
  kube::Access admin;      ///< by the kubeconfig's client certificate: may do everything
  std::string kubeconfig;  ///< the file
  std::string kubectl;     ///< the program that belongs to this cluster
};

/// Asks cluster.sh. Throws with the command to type when there is no cluster.
[[nodiscard]] ClusterAccess local_cluster();

/// The same server for somebody else: a bearer token instead of the client certificate.
[[nodiscard]] kube::Access access_with_token(const ClusterAccess& cluster, std::string token,
                                             std::string namespace_name);

}  // namespace maintenance::testing
