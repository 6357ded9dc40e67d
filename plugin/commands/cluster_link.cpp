#include "plugin/commands/cluster_link.h"

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
      executor_(Executor::Parts{api_, client_, explainer_, random_, trace, options.way}),
      request_timeout_(options.request_timeout),
      way_(options.way) {}

Result<void> ClusterLink::prepare() {
  const auto found = finder_.find();
  if (!found) return explainer_.explain(found.error(), way_);
  return {};
}

Result<ExecEnd> ClusterLink::execute(const ExecRequest& request, LocalStreams& local,
                                     const std::function<bool()>& called_off) {
  return executor_.run(request, local, called_off,
                       std::chrono::steady_clock::now() + request_timeout_);
}

std::string ClusterLink::user_name() {
  // Servers before 1.28 cannot say it, and a person must not be stopped by that.
  const auto name = client_.user_name();
  return name ? *name : std::string();
}

}  // namespace maintenance::plugin
