#include "plugin/kubeconfig/kubeconfig.h"

#include <algorithm>

#include "common/text/printable.h"
#include "plugin/kubeconfig/fields.h"

namespace maintenance::plugin {
namespace {

/// What an exec plugin gets of a cluster is in the extension of this name.
constexpr std::string_view exec_extension = "client.authentication.k8s.io/exec";

std::string read_exec_extension(Fields& fields) {
  for (const YamlValue* item : fields.maps("extensions")) {
    const YamlValue* name = item->find("name");
    const YamlValue* extension = item->find("extension");
    if (name != nullptr && name->scalar == exec_extension && extension != nullptr) {
      return to_json(*extension);
    }
  }
  return {};
}

ClusterEntry read_cluster(Fields& fields) {
  ClusterEntry out;
  out.server = fields.text("server");
  out.tls_server_name = fields.text("tls-server-name");
  out.ca_file = fields.path("certificate-authority");
  out.ca_data = fields.base64("certificate-authority-data");
  out.proxy_url = fields.text("proxy-url");
  out.insecure_skip_tls_verify = fields.flag("insecure-skip-tls-verify");
  out.disable_compression = fields.flag("disable-compression");
  out.exec_extension_json = read_exec_extension(fields);
  return out;
}

ExecPlugin read_exec(const YamlValue& body, Fields& fields) {
  Fields part = fields.inside(body, "exec");
  ExecPlugin out;
  out.api_version = part.text("apiVersion");
  out.command = part.program("command");
  out.args = part.texts("args");
  for (const YamlValue* item : part.maps("env")) {
    Fields variable = part.inside(*item, "env");
    out.env.emplace_back(variable.text("name"), variable.text("value"));
    part.take_error(variable);
  }
  out.install_hint = part.text("installHint");
  out.interactive_mode = part.text("interactiveMode");
  out.provide_cluster_info = part.flag("provideClusterInfo");
  fields.take_error(part);
  return out;
}

Impersonation read_impersonation(Fields& fields) {
  Impersonation out;
  out.user = fields.text("as");
  out.uid = fields.text("as-uid");
  out.groups = fields.texts("as-groups");
  if (const YamlValue* extra = fields.map("as-user-extra")) {
    Fields part = fields.inside(*extra, "as-user-extra");
    for (const YamlMember& member : extra->members)
      out.extra[member.key] = part.texts(member.key);
    fields.take_error(part);
  }
  return out;
}

UserEntry read_user(Fields& fields) {
  UserEntry out;
  out.client_certificate_file = fields.path("client-certificate");
  out.client_certificate_data = fields.base64("client-certificate-data");
  out.client_key_file = fields.path("client-key");
  out.client_key_data = fields.base64("client-key-data");
  out.token = fields.text("token");
  out.token_file = fields.path("tokenFile");
  out.username = fields.text("username");
  out.password = fields.text("password");
  out.as = read_impersonation(fields);
  if (const YamlValue* exec = fields.map("exec")) out.exec = read_exec(*exec, fields);
  if (const YamlValue* provider = fields.map("auth-provider")) {
    Fields part = fields.inside(*provider, "auth-provider");
    out.auth_provider = part.text("name");
    fields.take_error(part);
  }
  return out;
}

ContextEntry read_context(Fields& fields) {
  ContextEntry out;
  out.cluster = fields.text("cluster");
  out.user = fields.text("user");
  out.namespace_name = fields.text("namespace");
  return out;
}

/// Reads `clusters:`, `users:` or `contexts:`, a list of {name, KIND: {…}}.
template <class Entry>
Result<std::vector<Entry>> read_list(const YamlValue& root, const std::string& file,
                                     const std::string& list_name, const std::string& kind,
                                     Entry (*read)(Fields&)) {
  const std::string doing = "reading kubeconfig " + file;
  std::vector<Entry> out;
  const YamlValue* list = root.find(list_name);
  if (list == nullptr || list->kind == YamlValue::Kind::null) return out;
  if (list->kind != YamlValue::Kind::list) {
    return Error{ErrorKind::invalid, doing, list_name + " must be a list"};
  }
  const YamlValue nothing;
  for (const YamlValue& item : list->items) {
    if (item.kind == YamlValue::Kind::scalar || item.kind == YamlValue::Kind::list) {
      return Error{ErrorKind::invalid, doing, "an entry of " + list_name + " is no map"};
    }
    Fields outer(item, file, "an entry of " + list_name);
    const std::string name = outer.text("name");  // kubectl takes one without a name, too
    if (outer.error()) return *outer.error();
    const std::string entry_name = kind + " " + text::quoted(name);
    if (std::any_of(out.begin(), out.end(), [&](const Entry& e) { return e.name == name; })) {
      return Error{ErrorKind::invalid, doing, entry_name + " is defined twice"};
    }
    const YamlValue* body = outer.map(kind);
    if (outer.error()) return *outer.error();
    Fields fields(body == nullptr ? nothing : *body, file, entry_name);
    Entry entry = read(fields);
    if (fields.error()) return *fields.error();
    entry.name = name;
    entry.file = file;
    out.push_back(std::move(entry));
  }
  return out;
}

template <class Entry>
void add_missing(std::vector<Entry>& into, const std::vector<Entry>& from) {
  for (const Entry& entry : from) {
    const bool known = std::any_of(
        into.begin(), into.end(), [&](const Entry& present) { return present.name == entry.name; });
    if (!known) into.push_back(entry);
  }
}

}  // namespace

bool Kubeconfig::empty() const noexcept {
  return clusters.empty() && users.empty() && contexts.empty() && current_context.empty();
}

Result<Kubeconfig> parse_kubeconfig(const std::string& text, const std::string& file) {
  const std::string doing = "reading kubeconfig " + file;
  const auto root = parse_yaml(text, doing);
  if (!root) return root.error();
  Kubeconfig out;
  if (root->kind == YamlValue::Kind::null) return out;
  if (root->kind != YamlValue::Kind::map) {
    return Error{ErrorKind::invalid, doing, "it is not a kubeconfig: its top level is not a map"};
  }
  auto clusters = read_list<ClusterEntry>(*root, file, "clusters", "cluster", read_cluster);
  if (!clusters) return clusters.error();
  auto users = read_list<UserEntry>(*root, file, "users", "user", read_user);
  if (!users) return users.error();
  auto contexts = read_list<ContextEntry>(*root, file, "contexts", "context", read_context);
  if (!contexts) return contexts.error();
  Fields top(*root, file, "the file");
  out.current_context = top.text("current-context");
  if (top.error()) return *top.error();
  out.clusters = std::move(*clusters);
  out.users = std::move(*users);
  out.contexts = std::move(*contexts);
  return out;
}

Kubeconfig merge(const std::vector<Kubeconfig>& files) {
  Kubeconfig out;
  for (const Kubeconfig& file : files) {
    add_missing(out.clusters, file.clusters);
    add_missing(out.users, file.users);
    add_missing(out.contexts, file.contexts);
    if (out.current_context.empty()) out.current_context = file.current_context;
  }
  return out;
}

}  // namespace maintenance::plugin
