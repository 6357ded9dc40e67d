#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include "common/http/endpoint.h"
#include "common/http/watchdog.h"
#include "common/result.h"

namespace maintenance::http {

/// Connects to an endpoint, by its proxy if it has one: what comes back is a plain connection to
/// the endpoint itself, on which TLS is still to be spoken. Resolves names, tries each address in
/// turn. Fails with `unreachable`, `timeout` or `protocol` before `deadline`; when it is the proxy
/// that cannot be reached or says no, the message names it, and who wants it. TLS to a proxy uses
/// the endpoint's `context`, or where that is null one that trusts what the system trusts.
[[nodiscard]] Result<Poco::Net::StreamSocket> dial(const Endpoint& endpoint,
                                                   const Poco::Net::Context::Ptr& context,
                                                   Watchdog& watchdog, Deadline deadline);

}  // namespace maintenance::http
