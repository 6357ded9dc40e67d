#include "plugin/commands/url_link.h"

#include "common/http/tls.h"
#include "common/text/printable.h"

namespace maintenance::plugin {

UrlLink::UrlLink(AgentAddress address, FileReader read, kube::Environment environment)
    : address_(std::move(address)), read_(std::move(read)), environment_(std::move(environment)) {}

namespace {

/// The command line has refused all of these before.
Error needs_api_server() {
  return Error{ErrorKind::invalid, "", "this goes through the API server; leave --agent-url out"};
}

}  // namespace

Result<std::string> UrlLink::examine(Examination step) {
  if (step == Examination::kubeconfig) return text::printable(address_.url);
  return std::string("not needed with --agent-url");
}

Result<std::vector<std::string>> UrlLink::pods_matching(const std::string& /*selector*/) {
  return needs_api_server();
}

Result<std::vector<AgentPlace>> UrlLink::agents_everywhere() {
  return needs_api_server();
}

Result<void> UrlLink::forward(Poco::Net::StreamSocket /*local*/) {
  return needs_api_server();
}

Result<void> UrlLink::may_execute() {
  return needs_api_server();
}

Result<ExecEnd> UrlLink::execute(const ExecRequest& /*request*/, LocalStreams& /*local*/,
                                 const std::function<bool()>& /*called_off*/) {
  return needs_api_server();
}

Result<void> UrlLink::check() {
  auto endpoint = http::parse_endpoint(address_.url);
  if (!endpoint) return endpoint.error().within("--agent-url");
  if (!address_.ca_file.empty()) {
    auto pem = read_(address_.ca_file);
    if (!pem) return pem.error().within("reading --agent-certificate-authority");
    endpoint->tls_settings.ca_pem = std::move(*pem);
  }
  if (auto chosen = choose_proxy(*endpoint, "", "", environment_); !chosen) return chosen.error();
  Poco::Net::Context::Ptr context;
  if (endpoint->tls) {
    auto made = http::make_client_context(endpoint->tls_settings);
    if (!made) return made.error().within("--agent-certificate-authority");
    context = *made;
  }
  kube::Access access{*endpoint, {}, address_.token, address_.token_file};
  if (auto headers = kube::authorization_headers(access); !headers) return headers.error();
  connecting_.emplace(*endpoint, context, watchdog_);
  authorized_.emplace(*connecting_, std::move(access), "kubectl-maintenance/" MAINTENANCE_VERSION);
  return {};
}

}  // namespace maintenance::plugin
