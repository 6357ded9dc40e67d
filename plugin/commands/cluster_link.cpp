#include "plugin/commands/cluster_link.h"

#include <set>

#include "common/text/printable.h"
#include "plugin/commands/by_hand.h"
#include "plugin/tunnel/forwarding.h"
#include "plugin/tunnel/permissions.h"

namespace maintenance::plugin {

namespace {

/// What kubectl's own commands tell an audit log: which one it was, and which requests were one
/// run.
std::vector<http::Header> audit_headers(const ConnectionOptions& options, RandomSource& random) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string session;
  for (int at = 0; at < 32; ++at) {
    if (at == 8 || at == 12 || at == 16 || at == 20) session += '-';
    const std::uint32_t nibble = random.next() & 0xFU;
    // A random UUID (RFC 9562, version 4).
    session += digits[at == 12 ? 4 : at == 16 ? 8 + nibble % 4 : nibble];
  }
  return {{"Kubectl-Command", options.command}, {"Kubectl-Session", session}};
}

}  // namespace

ClusterLink::ClusterLink(LoadedAccess loaded, const ConnectionOptions& options,
                         std::string first_pod, const Clock& clock, const Terminal& terminal,
                         Trace& trace)
    : programs_(make_process_runner()),
      credentials_(std::move(loaded), {clock, *programs_, terminal}),
      api_(credentials_, watchdog_, trace, audit_headers(options, random_)),
      client_(api_, clock, api_.namespace_name(), options.request_timeout),
      explainer_(api_, client_),
      finder_(client_, AgentWanted{options.instance, std::move(first_pod)}),
      tunnel_(api_, explainer_, random_, trace),
      proxy_(api_, explainer_, trace),
      agent_(AgentClient::Parts{finder_, tunnel_, proxy_, explainer_, trace, options.way}),
      root_api_(RootApi::Parts{agent_, client_, finder_}),
      executor_(Executor::Parts{api_, client_, explainer_, random_, trace, options.way}),
      clock_(clock),
      request_timeout_(options.request_timeout),
      way_(options.way) {}

Result<void> ClusterLink::prepare() {
  const auto found = finder_.find();
  if (!found) return explainer_.explain(found.error(), way_);
  return {};
}

std::string ClusterLink::release_by_hand(const std::string& pod) {
  // A second wait for a server that did not answer the first question helps nobody.
  if (!finder_.has_listed()) return {};
  const auto found = client_.find_pod(pod);
  return found && *found ? release_command(**found) : std::string();
}

Result<ExecEnd> ClusterLink::execute(const ExecRequest& request, LocalStreams& local,
                                     const std::function<bool()>& called_off) {
  return executor_.run(request, local, called_off, soon());
}

Deadline ClusterLink::soon() const {
  return std::chrono::steady_clock::now() + request_timeout_;
}

Result<std::string> ClusterLink::examine(Examination step) {
  switch (step) {
    case Examination::kubeconfig:
      return api_.name() + ", namespace " + text::quoted(api_.namespace_name());
    case Examination::login:
      return examine_login();
    case Examination::permissions:
      return examine_permissions();
    case Examination::agent_pod: {
      const auto found = finder_.find();
      if (!found) return explainer_.explain(found.error(), way_);
      const std::string of =
          found->instance.empty() ? "" : " of Cassandra cluster " + text::quoted(found->instance);
      return "pod " + text::printable(found->name) + of +
             (found->ready ? ", ready" : ", not ready");
    }
  }
  return Error{ErrorKind::internal, "", "there is no such step"};
}

Result<std::string> ClusterLink::examine_login() {
  const auto user = client_.user_name();
  if (user) return "user " + text::quoted(*user);
  // Servers before 1.28 do not know the question, and have let us ask it.
  if (user.error().kind == ErrorKind::not_found) return std::string("logged in");
  return explainer_.explain(user.error(), way_);
}

Result<std::string> ClusterLink::examine_permissions() {
  const Permissions needed = needed_permissions(way_);
  const auto denied = explainer_.first_denied(needed);
  if (!denied) return explainer_.explain(denied.error(), needed);
  if (*denied) return explainer_.explain(**denied, needed);
  std::string names;
  for (const kube::Permission& permission : needed)
    names += (names.empty() ? "" : ", ") + to_text(permission);
  return names;
}

Result<std::vector<std::string>> ClusterLink::pods_matching(const std::string& selector) {
  const auto pods = client_.list_pods(selector);
  if (!pods) return explainer_.explain(pods.error(), way_);
  std::vector<std::string> names;
  for (const kube::Pod& pod : *pods)
    names.push_back(pod.metadata.name);
  return names;
}

Result<std::vector<AgentPlace>> ClusterLink::agents_everywhere() {
  kube::Client everywhere(api_, clock_, kube::all_namespaces, request_timeout_);
  std::set<AgentPlace> places;
  for (const char* selector : {agent_selector, prober_selector}) {
    const auto pods = everywhere.list_pods(selector, kube::Freshness::may_be_old);
    if (!pods) {
      // The explanation is a Role, and none reaches over all namespaces.
      return pods.error().kind == ErrorKind::forbidden ? pods.error()
                                                       : explainer_.explain(pods.error(), way_);
    }
    for (const kube::Pod& pod : *pods) {
      const auto label = pod.metadata.labels.find(instance_label);
      places.insert(
          {pod.metadata.namespace_name, label == pod.metadata.labels.end() ? "" : label->second});
    }
  }
  return std::vector<AgentPlace>(places.begin(), places.end());
}

/// The pod that was found last may be gone; then it is looked for once more.
Result<std::unique_ptr<http::Upgraded>> ClusterLink::open_tunnel() {
  const std::lock_guard lock(opening_);
  Error why;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto pod = finder_.find();
    if (!pod) return explainer_.explain(pod.error(), way_);
    auto opened = tunnel_.open(*pod, soon());
    if (opened.tunnel) return std::move(opened.tunnel);
    why = opened.why;
    finder_.forget();
  }
  return why;
}

Result<void> ClusterLink::forward(Poco::Net::StreamSocket local) {
  const auto tunnel = open_tunnel();
  if (!tunnel) return tunnel.error();
  const http::Watchdog::Guard guard(watchdog_, (*tunnel)->plain_socket, Deadline::max());
  SystemRandom random;
  Forwarding forwarding(**tunnel, random, std::move(local), agent_port);
  const auto ended = forwarding.run();
  if (!ended) return ended.error().within("the connection to the agent");
  if (forwarding.error_text().empty()) return {};
  {
    const std::lock_guard lock(opening_);
    finder_.forget();
  }
  return Error{ErrorKind::unreachable, "the connection to the agent",
               text::printable(forwarding.error_text(), 300)};
}

std::string ClusterLink::user_name() {
  // Servers before 1.28 cannot say it, and a person must not be stopped by that.
  if (!user_name_) {
    const auto name = client_.user_name();
    user_name_ = name ? *name : std::string();
  }
  return *user_name_;
}

}  // namespace maintenance::plugin
