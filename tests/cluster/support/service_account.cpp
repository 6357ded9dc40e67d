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

void grant(Stage& stage, const std::string& name, const std::string& rules) {
  const std::string group = "rbac.authorization.k8s.io/v1";
  const std::string head = "{apiVersion: " + group + ", metadata: {name: " + name + "}, kind: ";
  stage.api().create(stage.group(group, "roles"), head + "Role, rules: [" + rules + "]}");
  stage.api().create(
      stage.group(group, "rolebindings"),
      head + "RoleBinding, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: " +
          name + "}, subjects: [{kind: ServiceAccount, name: " + name + "}]}");
}

}  // namespace maintenance::testing
