#include "plugin/credentials/credentials.h"

#include "common/text/printable.h"
#include "plugin/credentials/identity.h"

namespace maintenance::plugin {
namespace {

/// The hint is a text of the kubeconfig, for people: without what could move their cursor.
std::string hint_text(const ExecPlugin& exec) {
  return exec.install_hint.empty() ? "" : "; " + text::printable(exec.install_hint, 1000);
}

std::string plugin_name(const LoadedAccess& access) {
  return "exec plugin " + text::quoted(access.exec->command) + " of user " +
         text::quoted(access.user_name);
}

/// Everything that goes wrong with a plugin means that we cannot log in.
Error failed(const LoadedAccess& access, const std::string& why) {
  return Error{ErrorKind::unauthorized, "", plugin_name(access) + ": " + why};
}

}  // namespace

Credentials::Credentials(LoadedAccess access, const Parts& parts)
    : access_(std::move(access)), parts_(parts) {}

Result<ProgramStart> Credentials::start_of(const ExecPlugin& exec) const {
  const bool terminal = parts_.terminal.input_is_terminal();
  if (exec.interactive_mode == "Always" && !terminal) {
    return failed(access_, "it has to ask a person, and standard input is not a terminal");
  }
  const bool interactive = terminal && exec.interactive_mode != "Never";
  ProgramStart start{exec.command, exec.args, exec.env, interactive};
  start.env.emplace_back("KUBERNETES_EXEC_INFO", exec_info(access_, interactive));
  return start;
}

Result<bool> Credentials::run_plugin() {
  const auto start = start_of(*access_.exec);
  if (!start) return start.error();
  const auto end = parts_.programs.run(*start);
  if (!end) {
    const bool absent = end.error().kind == ErrorKind::not_found;
    return failed(access_, end.error().cause + (absent ? hint_text(*access_.exec) : ""));
  }
  if (end->exit_code != 0) {
    return failed(access_, "it ended with exit code " + std::to_string(end->exit_code) +
                               hint_text(*access_.exec));
  }
  auto given = parse_exec_credential(end->output, access_.exec->api_version);
  if (!given) return failed(access_, given.error().message());
  const bool another = !given_ || given_->client_cert_pem != given->client_cert_pem ||
                       given_->client_key_pem != given->client_key_pem;
  given_ = std::move(*given);
  return another;
}

Result<bool> Credentials::refresh() {
  if (!access_.exec) return false;
  if (given_ && (!given_->expires || *given_->expires > parts_.clock.now())) return false;
  return run_plugin();
}

Result<bool> Credentials::renew() {
  if (!access_.exec || renewed_) return false;
  renewed_ = true;
  if (auto run = run_plugin(); !run) return run.error();
  return true;
}

http::TlsSettings Credentials::tls() const {
  http::TlsSettings out = access_.access.endpoint.tls_settings;
  // A certificate of the kubeconfig itself counts more, as with kubectl.
  if (given_ && out.client_cert_pem.empty()) {
    out.client_cert_pem = given_->client_cert_pem;
    out.client_key_pem = given_->client_key_pem;
  }
  return out;
}

Result<std::vector<http::Header>> Credentials::headers() const {
  kube::Access access = access_.access;
  if (given_) access.token = given_->token;
  auto out = kube::authorization_headers(access);
  if (!out) return out;
  if (!access_.username.empty() || !access_.password.empty()) {
    out->push_back(basic_header(access_.username, access_.password));
  }
  for (http::Header& header : impersonation_headers(access_.as))
    out->push_back(std::move(header));
  return out;
}

}  // namespace maintenance::plugin
