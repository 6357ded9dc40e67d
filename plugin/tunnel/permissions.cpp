#include "plugin/tunnel/permissions.h"

#include <map>

#include "common/text/json.h"

namespace maintenance::plugin {
namespace {

constexpr const char* role_name = "maintenance-user";

/// A text as YAML understands it whatever it contains: JSON is YAML.
std::string yaml_text(const std::string& raw) {
  Poco::JSON::Array list;
  list.add(raw);
  const std::string json = text::to_json(list);
  return json.substr(1, json.size() - 2);
}

std::string resource_of(const kube::Permission& permission) {
  return permission.resource + (permission.subresource.empty() ? "" : "/" + permission.subresource);
}

}  // namespace

const Permissions& needed_permissions(Way way) {
  static const Permissions tunnel{{"get", "pods"},
                                  {"list", "pods"},
                                  {"get", "pods", "portforward"},
                                  {"create", "pods", "portforward"}};
  static const Permissions proxy{{"get", "pods"},
                                 {"list", "pods"},
                                 {"get", "pods", "proxy"},
                                 {"update", "pods", "proxy"},
                                 {"delete", "pods", "proxy"}};
  return way == Way::proxy ? proxy : tunnel;
}

const Permissions& exec_permissions() {
  static const Permissions exec{{"get", "pods", "exec"}, {"create", "pods", "exec"}};
  return exec;
}

std::string to_text(const kube::Permission& permission) {
  return permission.verb + " " + resource_of(permission);
}

std::string role_manifest(const std::string& namespace_name, const std::string& user,
                          const Permissions& permissions) {
  std::map<std::string, std::string> verbs;  // of each resource
  for (const kube::Permission& permission : permissions) {
    std::string& list = verbs[resource_of(permission)];
    list += (list.empty() ? "" : ", ") + permission.verb;
  }
  const std::string metadata = "metadata: {name: " + std::string(role_name) +
                               ", namespace: " + yaml_text(namespace_name) + "}\n";
  std::string out =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n" + metadata + "rules:\n";
  for (const auto& [resource, list] : verbs) {
    out += "- {apiGroups: [\"\"], resources: [" + resource + "], verbs: [" + list + "]}\n";
  }
  return out + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n" + metadata +
         "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: " + role_name +
         "}\nsubjects:\n- {apiGroup: rbac.authorization.k8s.io, kind: User, name: " +
         yaml_text(user) + "}\n";
}

}  // namespace maintenance::plugin
