#include "plugin/tunnel/explain.h"

#include "plugin/tunnel/api_server.h"

namespace maintenance::plugin {

Error explain(const Error& failure, const ApiServer& api) {
  switch (failure.kind) {
    case ErrorKind::unauthorized:
      return Error{failure.kind, "",
                   "you must be logged in: " + api.name() + " does not accept " + api.caller()};
    case ErrorKind::forbidden:
      return Error{failure.kind, failure.doing,
                   failure.cause +
                       "; ask for the verbs get and list on pods, and get and create on "
                       "pods/portforward, in namespace " +
                       api.namespace_name()};
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
