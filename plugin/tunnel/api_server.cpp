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

int status_of(const http::Response& answer) {
  return answer.status;
}

int status_of(const http::UpgradeAnswer& answer) {
  return answer.upgraded ? 101 : answer.refusal.status;
}

const std::vector<http::Header>& headers_of(const http::Response& answer) {
  return answer.headers;
}

const std::vector<http::Header>& headers_of(const http::UpgradeAnswer& answer) {
  return answer.upgraded ? answer.upgraded->headers : answer.refusal.headers;
}

/// One request and its answer, as -v shows them.
template <class Answer>
void show(Trace& trace, const http::Request& request, const Answer& answer, Deadline began) {
  if (!trace.shows(Trace::requests)) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  trace.say_headers(">", request.headers);
  trace.say(Trace::requests, request.method + " " + text::printable(request.target) + " " +
                                 std::to_string(status_of(answer)) + " in " +
                                 std::to_string(took.count()) + " milliseconds");
  trace.say_headers("<", headers_of(answer));
}

}  // namespace

ApiServer::ApiServer(Credentials& credentials, http::Watchdog& watchdog, Trace& trace,
                     std::vector<http::Header> own_headers)
    : credentials_(credentials),
      watchdog_(watchdog),
      trace_(trace),
      own_headers_(std::move(own_headers)) {}

std::string ApiServer::name() const {
  std::string out = "the API server";
  if (!access().context_name.empty()) out += " of context " + text::quoted(access().context_name);
  return out + " at " + text::printable(access().access.endpoint.url());
}

std::string ApiServer::caller() const {
  if (access().user_name.empty()) return "these credentials";
  return "the credentials of user " + text::quoted(access().user_name);
}

/// What is connected stands for the certificate that it was connected with.
void ApiServer::drop_connection() {
  connection_.reset();
  context_.reset();
}

Result<void> ApiServer::prepare() {
  const auto another = credentials_.refresh();
  if (!another) return another.error();
  if (*another) drop_connection();
  if (access().access.endpoint.tls && context_.isNull()) {
    auto context = http::make_client_context(credentials_.tls());
    if (!context) return context.error();
    context_ = *context;
  }
  const auto headers = credentials_.headers();
  if (!headers) return headers.error();
  return {};
}

Result<void> ApiServer::connect(Deadline deadline) {
  const http::Endpoint& endpoint = access().access.endpoint;
  auto opened = http::Connection::open(endpoint, context_, watchdog_, deadline);
  if (!opened) {
    // Nobody answered at all: for the caller that is one thing, however it came about.
    const std::string why = explain_tls(opened.error().cause);
    return Error{ErrorKind::unreachable, "unable to reach " + name(),
                 endpoint.proxy ? opened.error().doing + ": " + why : why};
  }
  connection_ = std::move(*opened);
  return {};
}

Result<http::Request> ApiServer::authorized(const http::Request& request) const {
  auto headers = credentials_.headers();
  if (!headers) return headers.error();
  http::Request full = request;
  full.headers.push_back({"User-Agent", user_agent});
  full.headers.insert(full.headers.end(), own_headers_.begin(), own_headers_.end());
  for (http::Header& header : *headers)
    full.headers.push_back(std::move(header));
  return full;
}

template <class Answer, class Exchange>
Result<Answer> ApiServer::attempt(const http::Request& request, Deadline deadline,
                                  const Exchange& exchange) {
  if (auto prepared = prepare(); !prepared) return prepared.error();
  const auto full = authorized(request);
  if (!full) return full.error();
  // A write that is lost with an idle connection would be in doubt for nothing.
  const bool repeatable = http::is_read(request.method) || request.idempotent;
  const bool reused = repeatable && connection_ && connection_->usable();
  const auto began = std::chrono::steady_clock::now();
  if (!reused) {
    if (auto connected = connect(deadline); !connected) return connected.error();
  }
  Result<Answer> answer = exchange(*connection_, *full, deadline);
  const bool closed_while_idle = reused && !answer &&
                                 (answer.error().kind == ErrorKind::unreachable ||
                                  answer.error().kind == ErrorKind::unknown_outcome);
  if (closed_while_idle) {
    if (auto connected = connect(deadline); !connected) return connected.error();
    answer = exchange(*connection_, *full, deadline);
  }
  if (answer) show(trace_, *full, *answer, began);
  return answer;
}

/// Credentials may end while we have them. Whoever answers 401 has done nothing, so that the
/// request can be made again, once.
template <class Answer, class Exchange>
Result<Answer> ApiServer::converse(const http::Request& request, Deadline deadline,
                                   const Exchange& exchange) {
  auto answer = attempt<Answer>(request, deadline, exchange);
  if (!answer || status_of(*answer) != 401) return answer;
  const auto renewed = credentials_.renew();
  if (!renewed) return renewed.error();
  if (!*renewed) return answer;
  drop_connection();
  return attempt<Answer>(request, deadline, exchange);
}

Result<http::Response> ApiServer::send(const http::Request& request, Deadline deadline) {
  return converse<http::Response>(request, deadline,
                                  [](http::Connection& connection, const http::Request& full,
                                     Deadline until) { return connection.exchange(full, until); });
}

Result<http::UpgradeAnswer> ApiServer::upgrade(const http::Request& request, Deadline deadline) {
  auto answer =
      converse<http::UpgradeAnswer>(request, deadline,
                                    [](http::Connection& connection, const http::Request& full,
                                       Deadline until) { return connection.upgrade(full, until); });
  if (answer && answer->upgraded) connection_.reset();
  return answer;
}

}  // namespace maintenance::plugin
