#include <algorithm>

#include "agent/reconcile/report.h"
#include "agent/server/api.h"
#include "agent/server/intent.h"

namespace maintenance::agent {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr ErrorStyle seed_style = ErrorStyle::seed;

ApiResponse flag_response(const std::string& key, bool value) {
  Object body;
  body.set(key, value);
  return json_response(200, body);
}

/// Clients give up on an answer with too many header lines (Poco at 100, proxies at 8 KiB).
constexpr std::size_t warnings_max = 6;

/// What a caller who cannot be asked back should know: what guards would have refused elsewhere,
/// and what did not work.
std::vector<std::string> things_to_know(const Outcome& outcome, bool dry_run) {
  std::vector<std::string> out;
  if (dry_run) out.push_back("dry run: nothing was changed");
  for (const Finding& finding : outcome.verdict.findings)
    out.push_back(finding.message + " [" + finding.guard + "]");
  for (const PodOutcome& pod : outcome.pods) {
    if (pod.failure) out.push_back(pod.explanation());
  }
  return out;
}

/// One for each, up to the limit; the last one then counts the rest.
std::vector<http::Header> warnings_of(const Outcome& outcome, bool dry_run) {
  const auto texts = things_to_know(outcome, dry_run);
  const std::size_t shown = texts.size() > warnings_max ? warnings_max - 1 : texts.size();
  std::vector<http::Header> warnings;
  for (std::size_t i = 0; i < shown; ++i)
    warnings.push_back({"Warning", warning_text(texts[i])});
  if (shown < texts.size()) {
    warnings.push_back({"Warning", warning_text(std::to_string(texts.size() - shown) +
                                                " more warnings; what is true of the pods: "
                                                "kubectl maintenance status")});
  }
  return warnings;
}

/// {"P": in}
ApiResponse pod_response(const Result<Outcome>& outcome, bool dry_run) {
  if (!outcome) return failure(seed_style, outcome.error());
  if (outcome->verdict.refuses()) return refusal(seed_style, outcome->verdict);
  ApiResponse response = flag_response(outcome->pods.front().pod, outcome->pods.front().in);
  response.headers = warnings_of(*outcome, dry_run);
  return response;
}

/// [{"p0": in}, {"p1": in}]; what did not work says why in a Warning header.
ApiResponse dc_response(const Result<Outcome>& outcome, bool dry_run) {
  if (!outcome) return failure(seed_style, outcome.error());
  if (outcome->verdict.refuses()) return refusal(seed_style, outcome->verdict);
  Array body;
  for (const PodOutcome& pod : outcome->pods) {
    Object::Ptr entry = new Object;
    entry->set(pod.pod, pod.in);
    body.add(entry);
  }
  ApiResponse response = json_response(200, body);
  response.headers = warnings_of(*outcome, dry_run);
  return response;
}

}  // namespace

Result<Intent> Api::seed_intent(const Call& call) const {
  auto intent = read_seed_intent(call.target, call.id, parts_.clock.now());
  if (!intent) return intent;
  intent->strict = parts_.settings.guards_compat == Strictness::enforce;
  sign(call, *intent);
  return intent;
}

ApiResponse Api::seed_get_pod(const Call& call) {
  const auto snapshot = call.operations.look_at_pod(call.name);
  if (!snapshot) return failure(seed_style, snapshot.error());
  if (snapshot->find_pod(call.name) != nullptr) {
    return flag_response("inMaintenance", is_held(*snapshot, call.name));
  }
  const std::string next = snapshot->records.contains(call.name)
                               ? ", and has a record: it will be held when it is created; DELETE "
                                 "removes the record"
                               : "; its StatefulSet is about to create it";
  return failure(seed_style, 404, "pod " + call.name + " does not exist at the moment" + next);
}

ApiResponse Api::seed_put_pod(const Call& call) {
  const auto intent = seed_intent(call);
  return pod_response(enter(call, false, intent), intent && intent->dry_run);
}

ApiResponse Api::seed_delete_pod(const Call& call) {
  const auto intent = seed_intent(call);
  return pod_response(leave(call, false, intent), intent && intent->dry_run);
}

ApiResponse Api::seed_get_dc(const Call& call) {
  const auto snapshot = call.operations.look_at_dc(call.name);
  if (!snapshot) return failure(seed_style, snapshot.error());
  const auto pods = call.operations.resolve(*snapshot, Target{call.name, true});
  if (!pods) return failure(seed_style, pods.error());
  const bool all_in = std::all_of(pods->begin(), pods->end(), [&](const std::string& pod) {
    return snapshot->records.contains(pod);
  });
  return flag_response(call.name, all_in);
}

ApiResponse Api::seed_put_dc(const Call& call) {
  const auto intent = seed_intent(call);
  return dc_response(enter(call, true, intent), intent && intent->dry_run);
}

ApiResponse Api::seed_delete_dc(const Call& call) {
  const auto intent = seed_intent(call);
  return dc_response(leave(call, true, intent), intent && intent->dry_run);
}

ApiResponse Api::seed_config(const Call& call) {
  const auto current = call.operations.config_map();
  if (!current) return failure(seed_style, current.error());
  // The object was read for this request alone, so it may be changed.
  if (auto metadata = current->raw->getObject("metadata")) metadata->remove("managedFields");
  return json_response(200, *current->raw);
}

}  // namespace maintenance::agent
