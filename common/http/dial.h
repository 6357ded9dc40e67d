#pragma once

#include <Poco/Net/StreamSocket.h>

#include "common/http/endpoint.h"
#include "common/http/watchdog.h"
#include "common/result.h"

namespace maintenance::http {

/// Connects to an endpoint, by its proxy if it has one: what comes back is a plain connection to
/// the endpoint itself, on which TLS is still to be spoken. Resolves names, tries each address in
/// turn. Fails with `unreachable`, `timeout` or `protocol` before `deadline`; when it is the proxy
/// that cannot be reached or says no, the message names it, and who wants it.
[[nodiscard]] Result<Poco::Net::StreamSocket> dial(const Endpoint& endpoint, Watchdog& watchdog,
                                                   Deadline deadline);

}  // namespace maintenance::http
