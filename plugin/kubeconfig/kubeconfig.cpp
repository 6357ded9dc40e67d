#include "plugin/kubeconfig/kubeconfig.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "common/text/printable.h"
#include "plugin/kubeconfig/yaml.h"

namespace maintenance::plugin {
namespace {

/// Reads the fields of one named entry and remembers the first one that is wrong.
class Fields {
 public:
  Fields(const YamlValue& body, std::string file, std::string entry)
      : body_(body), file_(std::move(file)), entry_(std::move(entry)) {}

  [[nodiscard]] std::string text(std::string_view key) {
    const YamlValue* value = body_.find(key);
    if (value == nullptr || value->kind == YamlValue::Kind::null) return {};
    if (value->kind == YamlValue::Kind::scalar) return value->scalar;
    fail(key, "must be a text");
    return {};
  }

  [[nodiscard]] bool flag(std::string_view key) {
    const std::string value = text(key);
    if (value.empty() || value == "false" || value == "False" || value == "FALSE") return false;
    if (value == "true" || value == "True" || value == "TRUE") return true;
    fail(key, "must be true or false");
    return false;
  }

  /// A file name, made relative to the kubeconfig's folder.
  [[nodiscard]] std::string path(std::string_view key) {
    const std::filesystem::path value = text(key);
    if (value.empty() || value.is_absolute()) return value.string();
    return (std::filesystem::path(file_).parent_path() / value).lexically_normal().string();
  }

  [[nodiscard]] bool has(std::string_view key) const {
    const YamlValue* value = body_.find(key);
    if (value == nullptr || value->kind == YamlValue::Kind::null) return false;
    return value->kind != YamlValue::Kind::scalar || !value->scalar.empty();
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  void fail(std::string_view key, const std::string& why) {
    if (error_) return;
    error_ = Error{ErrorKind::invalid, "reading kubeconfig " + file_,
                   entry_ + ": " + std::string(key) + " " + why};
  }

  const YamlValue& body_;
  std::string file_;
  std::string entry_;
  std::optional<Error> error_;
};

ClusterEntry read_cluster(Fields& fields) {
  ClusterEntry out;
  out.server = fields.text("server");
  out.tls_server_name = fields.text("tls-server-name");
  out.ca_file = fields.path("certificate-authority");
  out.ca_data = fields.text("certificate-authority-data");
  out.proxy_url = fields.text("proxy-url");
  out.insecure_skip_tls_verify = fields.flag("insecure-skip-tls-verify");
  return out;
}

UserEntry read_user(Fields& fields) {
  UserEntry out;
  out.client_certificate_file = fields.path("client-certificate");
  out.client_certificate_data = fields.text("client-certificate-data");
  out.client_key_file = fields.path("client-key");
  out.client_key_data = fields.text("client-key-data");
  out.token = fields.text("token");
  out.token_file = fields.path("tokenFile");
  constexpr std::array<std::string_view, 8> not_yet{
      "exec", "auth-provider", "username",  "password",
      "as",   "as-uid",        "as-groups", "as-user-extra"};
  for (const std::string_view field : not_yet) {
    if (fields.has(field)) out.unsupported.emplace_back(field);
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
    const YamlValue* name = item.find("name");
    if (name == nullptr || name->kind != YamlValue::Kind::scalar) {
      return Error{ErrorKind::invalid, doing, "an entry of " + list_name + " has no name"};
    }
    const std::string entry_name = kind + " " + text::quoted(name->scalar);
    if (std::any_of(out.begin(), out.end(),
                    [&](const Entry& e) { return e.name == name->scalar; })) {
      return Error{ErrorKind::invalid, doing, entry_name + " is defined twice"};
    }
    const YamlValue* body = item.find(kind);
    Fields fields(body == nullptr ? nothing : *body, file, entry_name);
    Entry entry = read(fields);
    if (fields.error()) return *fields.error();
    entry.name = name->scalar;
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
