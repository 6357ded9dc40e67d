#include "plugin/tunnel/pod_proxy.h"

#include "common/kube/status.h"
#include "common/text/printable.h"
#include "plugin/tunnel/tunnel.h"

namespace maintenance::plugin {
namespace {

/// The API server's words for a connection that never came about: no byte of ours was sent.
bool is_failed_dial(const std::string& cause) {
  return cause.find("dial tcp") != std::string::npos ||
         cause.find("no route to host") != std::string::npos ||
         cause.find("connection refused") != std::string::npos;
}

/// The agent answers in JSON, errors included (RFC 9457); a gateway's page is something else.
bool is_of_agent(const http::Response& answer) {
  const std::string_view type = http::find_header(answer.headers, "Content-Type");
  return type.rfind("application/json", 0) == 0 || type.rfind("application/problem+json", 0) == 0;
}

/// A page in place of the agent's answer is a failure too, whatever its status.
Error failure_of(const http::Response& answer, const std::string& doing) {
  const auto checked = kube::check_status(answer, doing);
  if (!checked) return checked.error();
  return Error{ErrorKind::protocol, doing,
               "HTTP " + std::to_string(answer.status) + ": " + text::printable(answer.body, 200)};
}

}  // namespace

Attempt PodProxy::read(const http::Request& request, http::Response answer, const AgentPod& pod) {
  const std::string agent = "agent pod " + text::printable(pod.name);
  const bool of_api_server = kube::is_status(answer);
  if (!of_api_server && is_of_agent(answer)) return Attempt{std::move(answer), true};
  const Error why = failure_of(answer, "asking " + agent + " through the pod proxy");
  if (answer.status == 401 || (of_api_server && answer.status == 403)) {
    return Attempt{explainer_.explain(why, Way::proxy)};
  }
  if (of_api_server && answer.status == 404) {
    return Attempt{Error{ErrorKind::unreachable, "", agent + " is gone"}};
  }
  if (of_api_server && (answer.status < 500 || is_failed_dial(why.cause))) {
    return Attempt{Error{ErrorKind::unreachable, "",
                         "the API server cannot connect to " + agent + ": " + why.cause}};
  }
  // Whoever said this may have said it after the request was passed on.
  const bool harmless = http::is_read(request.method);
  return Attempt{Error{harmless ? ErrorKind::unreachable : ErrorKind::unknown_outcome, "",
                       "no answer of " + agent + " came through the pod proxy: " + why.cause},
                 true};
}

Attempt PodProxy::attempt(const http::Request& request, const AgentPod& pod, Deadline deadline) {
  http::Request through = request;
  through.target = "/api/v1/namespaces/" + http::percent_encode(api_.namespace_name()) +
                   "/pods/http:" + http::percent_encode(pod.name) + ":" +
                   std::to_string(agent_port) + "/proxy" + request.target;
  auto answer = api_.send(through, deadline);
  if (!answer) {
    const bool in_doubt = answer.error().kind == ErrorKind::unknown_outcome;
    return Attempt{explainer_.explain(answer.error(), Way::proxy), in_doubt};
  }
  trace_.say(Trace::ways,
             "pod proxy to agent pod " + text::printable(pod.name) + " through " + api_.name());
  return read(request, std::move(*answer), pod);
}

}  // namespace maintenance::plugin
