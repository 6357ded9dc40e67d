#include "plugin/credentials/exec_credential.h"

#include "common/text/base64.h"
#include "common/text/json.h"

namespace maintenance::plugin {
namespace {

using Poco::JSON::Object;

constexpr const char* kind = "ExecCredential";
constexpr const char* reading_output = "reading its output";

Error unusable(const std::string& why) {
  return Error{ErrorKind::protocol, reading_output, why};
}

Object::Ptr cluster_info(const LoadedAccess& access) {
  const http::Endpoint& endpoint = access.access.endpoint;
  Object::Ptr out = new Object;
  out->set("server", access.server.empty() ? endpoint.url() : access.server);
  const http::TlsSettings& tls = endpoint.tls_settings;
  if (!tls.server_name.empty()) out->set("tls-server-name", tls.server_name);
  if (tls.insecure_skip_verify) out->set("insecure-skip-tls-verify", true);
  if (!tls.ca_pem.empty()) {
    out->set("certificate-authority-data", text::base64_encode(tls.ca_pem));
  }
  if (!access.proxy_url.empty()) out->set("proxy-url", access.proxy_url);
  if (access.disable_compression) out->set("disable-compression", true);
  if (!access.exec_extension_json.empty()) {
    // Made by us from the kubeconfig, so it is JSON; anything but an object is passed on as well.
    const auto config = text::parse_json_object(access.exec_extension_json, reading_output);
    if (config) out->set("config", *config);
  }
  return out;
}

}  // namespace

Result<ExecCredential> parse_exec_credential(const std::string& output,
                                             const std::string& api_version) {
  const auto parsed = text::parse_json_object(output, reading_output);
  if (!parsed) return unusable("it is not JSON");
  const text::JsonView view(*parsed);
  if (view.text("kind") != kind) return unusable("it is no ExecCredential");
  if (view.text("apiVersion") != api_version) {
    return unusable("its apiVersion is not " + api_version + ", which the kubeconfig asks for");
  }
  if (!view.has("status")) return unusable("it has no status");
  const text::JsonView status = view.object("status");
  ExecCredential out;
  out.token = status.text("token");
  out.client_cert_pem = status.text("clientCertificateData");
  out.client_key_pem = status.text("clientKeyData");
  if (out.client_cert_pem.empty() != out.client_key_pem.empty()) {
    return unusable("clientCertificateData and clientKeyData are only useful together");
  }
  if (out.token.empty() && out.client_cert_pem.empty()) {
    return unusable("it has neither a token nor a client certificate");
  }
  if (status.has("expirationTimestamp")) {
    out.expires = text::parse_timestamp(status.text("expirationTimestamp"));
    if (!out.expires) return unusable("its expirationTimestamp is no time (RFC 3339)");
  }
  return out;
}

std::string exec_info(const LoadedAccess& access, bool interactive) {
  Object::Ptr spec = new Object;
  if (access.exec->provide_cluster_info) spec->set("cluster", cluster_info(access));
  spec->set("interactive", interactive);
  Object info;
  info.set("kind", kind);
  info.set("apiVersion", access.exec->api_version);
  info.set("spec", spec);
  return text::to_json(info);
}

}  // namespace maintenance::plugin
