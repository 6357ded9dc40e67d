#include "plugin/tunnel/agent_client.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/String.h>

#include <istream>
#include <sstream>

#include "common/kube/status.h"
#include "common/text/printable.h"
#include "plugin/tunnel/explain.h"
#include "plugin/tunnel/handshake.h"
#include "plugin/tunnel/response_reader.h"
#include "plugin/tunnel/tunnel_stream.h"

namespace maintenance::plugin {
namespace {

/// A request as bytes. "Connection: close" because there is one exchange per tunnel.
std::string to_bytes(const http::Request& request) {
  Poco::Net::HTTPRequest head(request.method, request.target, Poco::Net::HTTPMessage::HTTP_1_1);
  head.set("Host", "localhost:" + std::to_string(agent_port));
  head.set("User-Agent", "kubectl-maintenance/" MAINTENANCE_VERSION);
  head.set("Accept", "application/json");
  head.set("Connection", "close");
  for (const http::Header& header : request.headers)
    head.set(header.name, header.value);
  if (!request.body.empty() || !http::is_read(request.method)) {
    head.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
  }
  std::ostringstream out;
  head.write(out);
  out << request.body;
  return out.str();
}

/// The runtimes connect to the port before they read a byte of ours, so these texts promise that
/// no request was seen. containerd and CRI-O say the first, socat-based ones the second.
bool is_failed_dial(const std::string& error_text) {
  const std::string text = Poco::toLower(error_text);
  return text.find("failed to connect") != std::string::npos ||
         text.find("connection refused") != std::string::npos ||
         text.find("failed to dial") != std::string::npos;
}

Error nobody_listens(const AgentPod& pod, const std::string& namespace_name) {
  const std::string name = text::printable(pod.name);
  return Error{ErrorKind::unreachable, "",
               "agent pod " + name + " runs but nothing listens on port " +
                   std::to_string(agent_port) + "; see 'kubectl logs " + name + " -n " +
                   namespace_name + " --all-containers'"};
}

/// What an exchange without a complete answer means.
Error lost(const http::Request& request, const AgentPod& pod, const TunnelStream& stream,
           const Error& reading, bool late) {
  const std::string agent = "agent pod " + text::printable(pod.name);
  ErrorKind kind = ErrorKind::protocol;
  std::string cause = "the answer of " + agent + " cannot be used: " + reading.cause;
  if (late) {
    kind = ErrorKind::timeout;
    cause = agent + " gave no complete answer in time";
  } else if (!stream.error_text().empty()) {
    kind = ErrorKind::unreachable;
    cause = "the connection to " + agent + " broke: " + text::printable(stream.error_text(), 300);
  } else if (stream.end()) {
    kind = stream.end()->kind;
    cause = kind == ErrorKind::protocol
                ? "the tunnel to " + agent + " broke: " + stream.end()->cause
                : "the connection to " + agent + " ended before its answer was complete";
  } else if (reading.kind == ErrorKind::too_large) {
    kind = ErrorKind::too_large;
  }
  if (!http::is_read(request.method)) kind = ErrorKind::unknown_outcome;
  return Error{kind, "", cause};
}

}  // namespace

AgentClient::AgentClient(ApiServer& api, AgentFinder& finder, RandomSource& random, Trace& trace)
    : api_(api), finder_(finder), random_(random), trace_(trace) {}

Error AgentClient::refused(const http::Response& refusal, const AgentPod& pod) const {
  const std::string agent = "agent pod " + text::printable(pod.name);
  if (refusal.status < 400) {
    return Error{ErrorKind::protocol, "",
                 "something on the way to the API server does not pass tunnels on (it answered " +
                     std::to_string(refusal.status) + " to the upgrade)"};
  }
  const Error why = kube::check_status(refusal, "opening a tunnel to " + agent).error();
  const bool has_reason = why.cause.rfind("HTTP ", 0) != 0;
  if (refusal.status == 401 || (refusal.status == 403 && has_reason)) return explain(why, api_);
  if (refusal.status == 403) {
    return Error{ErrorKind::unreachable, "",
                 "the node of " + agent + " refuses the port-forward protocol " +
                     std::string(tunnel_protocol)};
  }
  // The API server also says 404 when the pod's node is not there, and then, misleadingly:
  // pods "NODE" not found.
  const bool names_other = why.cause.rfind("pods \"", 0) == 0 &&
                           why.cause.find('"' + pod.name + '"') == std::string::npos;
  if (refusal.status == 404 && names_other) {
    return Error{ErrorKind::unreachable, "", "the node of " + agent + " is gone: " + why.cause};
  }
  if (refusal.status == 404) {
    return Error{ErrorKind::unreachable, "",
                 agent + " is gone; look for its successor with 'kubectl get pods -n " +
                     api_.namespace_name() + " -l " + agent_selector + "'"};
  }
  if (refusal.status >= 500) {
    return Error{ErrorKind::unreachable, "",
                 "the API server cannot reach the node of " + agent + ": " + why.cause};
  }
  return Error{ErrorKind::unreachable, "", agent + " cannot be reached: " + why.cause};
}

AgentClient::Attempt AgentClient::exchange(const http::Request& request, const AgentPod& pod,
                                           http::Upgraded& upgraded, Deadline deadline) {
  const http::Watchdog::Guard guard(api_.watchdog(), upgraded.plain_socket, deadline);
  TunnelStream stream(upgraded, agent_port, random_, deadline);
  // When sending fails, reading tells why.
  const auto sent = stream.send(to_bytes(request));
  std::istream in(&stream);
  auto answer = read_response(in);
  if (answer) return Attempt{std::move(answer), true};
  if (!stream.received_data() && is_failed_dial(stream.error_text())) {
    trace_.say(Trace::ways, "tunnel: " + text::printable(stream.error_text()));
    return Attempt{nobody_listens(pod, api_.namespace_name()), false};
  }
  // Whoever notices first that time is up, we or the watchdog: it is one thing.
  const bool late = guard.expired() || (stream.end() && stream.end()->kind == ErrorKind::timeout);
  const Error& reading = !sent && !stream.end() ? sent.error() : answer.error();
  return Attempt{lost(request, pod, stream, reading, late), true};
}

AgentClient::Attempt AgentClient::attempt(const http::Request& request, const AgentPod& pod,
                                          Deadline deadline) {
  const std::string key = make_websocket_key(random_);
  auto answer = api_.upgrade(port_forward_request(api_.namespace_name(), pod.name, agent_port, key),
                             deadline);
  if (!answer) return Attempt{explain(answer.error(), api_), false};
  if (!answer->upgraded) return Attempt{refused(answer->refusal, pod), false};
  if (auto valid = check_switch(answer->upgraded->headers, key); !valid) {
    return Attempt{valid.error(), false};
  }
  trace_.say(Trace::ways,
             "tunnel to agent pod " + text::printable(pod.name) + " through " + api_.name());
  return exchange(request, pod, *answer->upgraded, deadline);
}

Result<http::Response> AgentClient::send(const http::Request& request, Deadline deadline) {
  auto pod = finder_.find();
  if (!pod) return explain(pod.error(), api_);
  Attempt first = attempt(request, *pod, deadline);
  if (first.answer || first.reached) return std::move(first.answer);
  if (first.answer.error().kind != ErrorKind::unreachable) return std::move(first.answer);
  finder_.forget();
  pod = finder_.find();
  // No other pod to ask: the first failure says more than "none was found".
  if (!pod) return std::move(first.answer);
  return attempt(request, *pod, deadline).answer;
}

}  // namespace maintenance::plugin
