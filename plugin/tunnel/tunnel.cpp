#include "plugin/tunnel/tunnel.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/String.h>

#include <istream>
#include <sstream>

#include "common/text/printable.h"
#include "plugin/tunnel/handshake.h"
#include "plugin/tunnel/refusal.h"
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
/// no request was seen. containerd and CRI-O say the first, socat-based runtimes the second.
bool says_failed_dial(const std::string& error_text) {
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

Tunnel::Tunnel(ApiServer& api, Explainer& explainer, RandomSource& random, Trace& trace)
    : api_(api), explainer_(explainer), random_(random), trace_(trace) {}

Attempt Tunnel::exchange(const http::Request& request, const AgentPod& pod,
                         http::Upgraded& upgraded, Deadline deadline) {
  const http::Watchdog::Guard guard(api_.watchdog(), upgraded.plain_socket, deadline);
  TunnelStream stream(upgraded, agent_port, random_, deadline);
  // When sending fails, reading tells why.
  const auto sent = stream.send(to_bytes(request));
  std::istream in(&stream);
  auto answer = read_response(in);
  if (answer) return Attempt{std::move(answer), true};
  if (!stream.received_data() && says_failed_dial(stream.error_text())) {
    trace_.say(Trace::ways, "tunnel: " + text::printable(stream.error_text()));
    return Attempt{nobody_listens(pod, api_.namespace_name()), false};
  }
  // Whoever notices first that time is up, we or the watchdog: it is one thing.
  const bool late = guard.expired() || (stream.end() && stream.end()->kind == ErrorKind::timeout);
  const Error& reading = !sent && !stream.end() ? sent.error() : answer.error();
  return Attempt{lost(request, pod, stream, reading, late), true};
}

Tunnel::Opened Tunnel::open(const AgentPod& pod, Deadline deadline) {
  const std::string key = make_websocket_key(random_);
  auto answer = api_.upgrade(port_forward_request(api_.namespace_name(), pod.name, agent_port, key),
                             deadline);
  if (!answer) {
    // Something in between may have cut a connection that wanted to be more than HTTP.
    const bool cut = answer.error().kind == ErrorKind::unreachable;
    return {nullptr, explainer_.explain(answer.error(), Way::tunnel), cut};
  }
  if (!answer->upgraded) {
    const Refusal refusal = read_refusal(answer->refusal, pod, api_.namespace_name());
    return {nullptr, explainer_.explain(refusal.why, Way::tunnel), refusal.of_the_way};
  }
  if (auto valid = check_switch(answer->upgraded->headers, key, {tunnel_protocol}); !valid) {
    return {nullptr, valid.error(), true};
  }
  trace_.say(Trace::ways,
             "tunnel to agent pod " + text::printable(pod.name) + " through " + api_.name());
  return {std::move(answer->upgraded), {}, false};
}

Attempt Tunnel::attempt(const http::Request& request, const AgentPod& pod, Deadline deadline) {
  const Opened opened = open(pod, deadline);
  if (!opened.tunnel) return Attempt{opened.why, false, opened.other_way_may_work};
  return exchange(request, pod, *opened.tunnel, deadline);
}

}  // namespace maintenance::plugin
