#include "plugin/tunnel/refusal.h"

#include <Poco/String.h>

#include "common/kube/status.h"
#include "common/text/printable.h"
#include "plugin/tunnel/handshake.h"

namespace maintenance::plugin {
namespace {

Error unreachable(const std::string& why) {
  return Error{ErrorKind::unreachable, "", why};
}

/// The API server also says 404 when the pod's node is not there, and then, misleadingly:
/// pods "NODE" not found.
bool names_another(const std::string& cause, const std::string& pod) {
  return cause.rfind("pods \"", 0) == 0 && cause.find('"' + pod + '"') == std::string::npos;
}

Refusal in_between(int status) {
  return {
      unreachable("something on the way to the API server does not pass tunnels on (it answered " +
                  std::to_string(status) + " to the upgrade)"),
      true};
}

/// The words of the API server itself.
Refusal of_api_server(const Error& why, int status, const AgentPod& pod,
                      const std::string& namespace_name) {
  const std::string agent = "agent pod " + text::printable(pod.name);
  if (status == 401 || status == 403) return {why};
  if (status == 404 && names_another(why.cause, pod.name)) {
    return {unreachable("the node of " + agent + " is gone: " + why.cause)};
  }
  if (status == 404) {
    return {unreachable(agent + " is gone; look for its successor with 'kubectl get pods -n " +
                        namespace_name + " -l " + agent_selector + "'")};
  }
  if (status >= 500) {
    return {unreachable("the API server cannot reach the node of " + agent + ": " + why.cause),
            true};
  }
  // A gateway has taken the Upgrade header out, and the API server misses it.
  if (Poco::toLower(why.cause).find("upgrade") != std::string::npos) return in_between(status);
  return {unreachable(agent + " cannot be reached: " + why.cause)};
}

}  // namespace

Refusal read_refusal(const http::Response& answer, const AgentPod& pod,
                     const std::string& namespace_name) {
  const std::string agent = "agent pod " + text::printable(pod.name);
  if (answer.status < 400) return in_between(answer.status);
  const Error why = kube::check_status(answer, "opening a tunnel to " + agent).error();
  if (kube::is_status(answer)) return of_api_server(why, answer.status, pod, namespace_name);
  if (answer.status == 401) return {why};
  if (answer.status == 403 && answer.body.empty()) {
    return {unreachable("the node of " + agent + " refuses the port-forward protocol " +
                        std::string(tunnel_protocol)),
            true};
  }
  // The kubelet's plain text comes through the API server as it is, like a gateway's own.
  if (answer.status >= 500) {
    return {unreachable("the API server cannot reach the node of " + agent + ": " + why.cause),
            true};
  }
  return in_between(answer.status);
}

}  // namespace maintenance::plugin
