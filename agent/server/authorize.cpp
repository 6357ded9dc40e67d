#include "agent/server/api.h"

namespace maintenance::agent {

/// Before anything of the request but its path is looked at.
Result<void> Api::authorize(const Route& route, kube::Client& client, Call& call) {
  if (route.verb.empty()) return {};
  const bool writes = route.verb == "update" || route.verb == "delete";
  const auto admission = access_.admit(client, call.request.caller.address, call.request.headers,
                                       writes ? Need::write : Need::read);
  if (!admission) return admission.error();
  call.user = admission->user;
  if (admission->everything) return {};
  if (route.path.ends_with("{dc}")) return authorize_dc(route.verb, client, *admission, call);
  return access_.check(client, *admission, std::string(route.verb), call.name);
}

/// Each pod of it by itself, so that a role that names pods means those. A pod that comes after
/// this is none of them.
Result<void> Api::authorize_dc(std::string_view verb, kube::Client& client,
                               const Admission& admission, Call& call) {
  const auto snapshot = call.operations.look_at_dc(call.name);
  if (!snapshot) {
    // What the API server says to us says nothing of the caller.
    return Error{ErrorKind::server, snapshot.error().doing, snapshot.error().cause};
  }
  auto pods = snapshot->pods_and_records_of_dc(call.name);
  if (auto checked = access_.check_all(client, admission, std::string(verb), pods); !checked) {
    return checked.error();
  }
  call.allowed = std::move(pods);
  return {};
}

void Api::sign(const Call& call, Intent& intent) {
  intent.allowed = call.allowed;
  if (call.user.empty()) return;
  intent.by = call.user;
  intent.verified = true;
}

}  // namespace maintenance::agent
