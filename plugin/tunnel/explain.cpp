#include "plugin/tunnel/explain.h"

#include "common/text/printable.h"
#include "plugin/tunnel/api_server.h"

namespace maintenance::plugin {

/// The server's own sentence names one permission, and calls it forbidden also when the next one
/// is missing as well.
Error Explainer::explain_forbidden(const Error& failure, const Permissions& needed) {
  std::string missing;
  for (const kube::Permission& permission : needed) {
    const auto allowed = client_.is_allowed(permission);
    if (!allowed) return failure;  // an API server that does not say it either
    if (!*allowed) missing += (missing.empty() ? "" : ", ") + to_text(permission);
  }
  // An admission webhook or a gateway has said no; roles would not help.
  if (missing.empty()) return failure;
  const std::string& ns = client_.namespace_name();
  const auto user = client_.user_name();
  const bool known = user && !user->empty();
  const std::string who = known ? "user " + text::quoted(*user) : api_.caller();
  std::string out = who + " may not " + missing + " in namespace " + text::quoted(ns) + " of " +
                    api_.name() + "; somebody who may grant that can do it with:\n\n" +
                    "kubectl apply -f - <<'EOF'\n" +
                    role_manifest(ns, known ? *user : "NAME", needed) + "EOF";
  if (!known) out += "\n(replace NAME by the name of the user)";
  return Error{failure.kind, "", out};
}

Result<std::optional<kube::Permission>> Explainer::first_denied(const Permissions& asked) {
  for (const kube::Permission& permission : asked) {
    const auto allowed = client_.is_allowed(permission);
    if (!allowed) return allowed.error();
    if (!*allowed) return std::optional(permission);
  }
  return std::optional<kube::Permission>();
}

Error Explainer::explain(const kube::Permission& denied, const Permissions& needed) {
  return explain(Error{ErrorKind::forbidden, "", "you may not " + to_text(denied)}, needed);
}

Error Explainer::explain(const Error& failure, Way way) {
  return explain(failure, needed_permissions(way));
}

Error Explainer::explain(const Error& failure, const Permissions& needed) {
  switch (failure.kind) {
    case ErrorKind::unauthorized:
      return Error{failure.kind, "",
                   "you must be logged in: " + api_.name() + " does not accept " + api_.caller()};
    case ErrorKind::forbidden:
      return explain_forbidden(failure, needed);
    case ErrorKind::unreachable:
      // What we were about to do does not matter when nobody was there.
      return failure.cause.rfind("unable to reach", 0) == 0 ? Error{failure.kind, "", failure.cause}
                                                            : failure;
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::policy:
    case ErrorKind::too_many:
    case ErrorKind::timeout:
    case ErrorKind::unknown_outcome:
    case ErrorKind::protocol:
    case ErrorKind::too_large:
    case ErrorKind::server:
    case ErrorKind::interrupted:
    case ErrorKind::internal:
      return failure;
  }
  return failure;
}

}  // namespace maintenance::plugin
