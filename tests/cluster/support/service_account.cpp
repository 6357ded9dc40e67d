#include "tests/cluster/support/service_account.h"

namespace maintenance::testing {

std::string service_account_token(Stage& stage, const std::string& name,
                                  const std::string& audience) {
  if (!stage.api().exists(stage.core("serviceaccounts/" + name))) {
    stage.api().create(stage.core("serviceaccounts"),
                       "{apiVersion: v1, kind: ServiceAccount, metadata: {name: " + name + "}}");
  }
  const auto answer = stage.api().create(
      stage.core("serviceaccounts/" + name + "/token"),
      "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {audiences: [" + audience +
          "]}}");
  return answer.object("status").text("token");
}

}  // namespace maintenance::testing
