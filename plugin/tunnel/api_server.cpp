#include "plugin/tunnel/api_server.h"

#include "common/http/tls.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

constexpr const char* user_agent = "kubectl-maintenance/" MAINTENANCE_VERSION;

/// OpenSSL's words for the failures that people meet, in words that say what to change.
std::string explain_tls(const std::string& cause) {
  const auto says = [&](const char* words) { return cause.find(words) != std::string::npos; };
  if (says("certificate verify failed") || says("Unacceptable certificate")) {
    return "its certificate is not one that certificate-authority of the kubeconfig vouches for "
           "under this name (" +
           cause + ")";
  }
  if (says("wrong version number") || says("packet length too long")) {
    return "it does not speak TLS (" + cause + ")";
  }
  return cause;
}

}  // namespace

ApiServer::ApiServer(LoadedAccess loaded, http::Watchdog& watchdog, Trace& trace)
    : loaded_(std::move(loaded)), watchdog_(watchdog), trace_(trace) {}

std::string ApiServer::name() const {
  std::string out = "the API server";
  if (!loaded_.context_name.empty()) out += " of context " + text::quoted(loaded_.context_name);
  return out + " at " + text::printable(loaded_.access.endpoint.url());
}

std::string ApiServer::caller() const {
  if (loaded_.user_name.empty()) return "these credentials";
  return "the credentials of user " + text::quoted(loaded_.user_name);
}

Result<void> ApiServer::prepare() {
  const http::Endpoint& endpoint = loaded_.access.endpoint;
  if (endpoint.tls && context_.isNull()) {
    auto context = http::make_client_context(endpoint.tls_settings);
    if (!context) return context.error();
    context_ = *context;
  }
  const auto headers = kube::authorization_headers(loaded_.access);
  if (!headers) return headers.error();
  return {};
}

Result<void> ApiServer::connect(Deadline deadline) {
  if (auto prepared = prepare(); !prepared) return prepared.error();
  const http::Endpoint& endpoint = loaded_.access.endpoint;
  auto opened = http::Connection::open(endpoint, context_, watchdog_, deadline);
  if (!opened) {
    // Nobody answered at all: for the caller that is one thing, however it came about.
    return Error{ErrorKind::unreachable, "unable to reach " + name(),
                 explain_tls(opened.error().cause)};
  }
  connection_ = std::move(*opened);
  return {};
}

Result<http::Request> ApiServer::authorized(const http::Request& request) const {
  auto headers = kube::authorization_headers(loaded_.access);
  if (!headers) return headers.error();
  http::Request full = request;
  full.headers.push_back({"User-Agent", user_agent});
  for (http::Header& header : *headers)
    full.headers.push_back(std::move(header));
  return full;
}

template <class Answer, class Exchange>
Result<Answer> ApiServer::converse(const http::Request& request, Deadline deadline,
                                   const Exchange& exchange) {
  const auto full = authorized(request);
  if (!full) return full.error();
  // A write that is lost with an idle connection would be in doubt for nothing.
  const bool repeatable = http::is_read(request.method) || request.idempotent;
  const bool reused = repeatable && connection_ && connection_->usable();
  if (!reused) {
    if (auto connected = connect(deadline); !connected) return connected.error();
  }
  Result<Answer> answer = exchange(*connection_, *full, deadline);
  const bool closed_while_idle = reused && !answer &&
                                 (answer.error().kind == ErrorKind::unreachable ||
                                  answer.error().kind == ErrorKind::unknown_outcome);
  if (!closed_while_idle) return answer;
  if (auto connected = connect(deadline); !connected) return connected.error();
  return exchange(*connection_, *full, deadline);
}

void ApiServer::trace_answer(const http::Request& request, int status, Deadline began) {
  if (!trace_.shows(Trace::requests)) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  trace_.say(Trace::requests, request.method + " " + text::printable(request.target) + " " +
                                  std::to_string(status) + " in " + std::to_string(took.count()) +
                                  " milliseconds");
}

Result<http::Response> ApiServer::send(const http::Request& request, Deadline deadline) {
  const auto began = std::chrono::steady_clock::now();
  auto answer =
      converse<http::Response>(request, deadline,
                               [](http::Connection& connection, const http::Request& full,
                                  Deadline until) { return connection.exchange(full, until); });
  if (answer) trace_answer(request, answer->status, began);
  return answer;
}

Result<http::UpgradeAnswer> ApiServer::upgrade(const http::Request& request, Deadline deadline) {
  const auto began = std::chrono::steady_clock::now();
  auto answer =
      converse<http::UpgradeAnswer>(request, deadline,
                                    [](http::Connection& connection, const http::Request& full,
                                       Deadline until) { return connection.upgrade(full, until); });
  if (!answer) return answer;
  trace_answer(request, answer->upgraded ? 101 : answer->refusal.status, began);
  if (answer->upgraded) connection_.reset();
  return answer;
}

}  // namespace maintenance::plugin
