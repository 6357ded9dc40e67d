#include "plugin/tunnel/agent_client.h"

namespace maintenance::plugin {
namespace {

/// Both ways have failed: the first failure says what is wrong, the second why that was no help.
Error both(const Error& first, const Error& second) {
  return Error{first.kind, "",
               first.message() + "; nor does the pod proxy work: " + second.message()};
}

}  // namespace

Attempt AgentClient::attempt(const http::Request& request, const AgentPod& pod, Deadline deadline) {
  if (parts_.way == Way::proxy) return parts_.proxy.attempt(request, pod, deadline);
  Attempt by_tunnel = parts_.tunnel.attempt(request, pod, deadline);
  const bool failed = !by_tunnel.answer && !by_tunnel.reached;
  if (!failed || !by_tunnel.other_way_may_work || parts_.way == Way::tunnel) return by_tunnel;
  const Error why = by_tunnel.answer.error();
  parts_.trace.say(Trace::ways, "no tunnel: " + why.message() + "; trying the pod proxy");
  Attempt by_proxy = parts_.proxy.attempt(request, pod, deadline);
  if (by_proxy.answer) parts_.way = Way::proxy;
  if (by_proxy.answer || by_proxy.reached) return by_proxy;
  return Attempt{both(why, by_proxy.answer.error())};
}

Result<http::Response> AgentClient::send(const http::Request& request, Deadline deadline) {
  auto pod = parts_.finder.find();
  if (!pod) return parts_.explainer.explain(pod.error(), parts_.way);
  Attempt first = attempt(request, *pod, deadline);
  if (first.answer || first.reached) return std::move(first.answer);
  if (first.answer.error().kind != ErrorKind::unreachable) return std::move(first.answer);
  parts_.finder.forget();
  pod = parts_.finder.find();
  // No other pod to ask: the first failure says more than "none was found".
  if (!pod) return std::move(first.answer);
  return attempt(request, *pod, deadline).answer;
}

}  // namespace maintenance::plugin
