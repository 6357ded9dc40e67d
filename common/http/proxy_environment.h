#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/http/endpoint.h"
#include "common/http/proxy.h"

namespace maintenance::http {

/// Looks an environment variable up; empty when unset.
using Variables = std::function<std::string(const std::string& name)>;

/// The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or their lower-case forms) ask for on the
/// way to this endpoint, by the rules of Go's client, which are kubectl's: the target's scheme
/// chooses the variable, this machine is never reached by a proxy, ALL_PROXY does not count. Fails
/// with `invalid`, naming the variable and not repeating its value.
[[nodiscard]] Result<std::optional<Proxy>> proxy_from_environment(const Endpoint& endpoint,
                                                                  const Variables& variables);

/// Whether an entry of NO_PROXY's list covers the host: "*", a name (and what is below it), ".name"
/// (only what is below it), an address, a CIDR range; names and addresses also with a port.
[[nodiscard]] bool is_excepted(const std::string& no_proxy, const std::string& host,
                               std::uint16_t port);

}  // namespace maintenance::http
