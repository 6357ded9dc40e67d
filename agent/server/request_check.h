#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/server/exchange.h"
#include "common/http/message.h"

namespace maintenance::agent {

/// Finds what makes a request mean one thing to us and another to a proxy in front of us, or what
/// Poco would read in its own way: several Host headers, any Transfer-Encoding, an unclear
/// Content-Length, encoded words and control characters in header values. Pure.
[[nodiscard]] std::optional<Unfit> find_unfit(const std::string& method, const std::string& target,
                                              const std::vector<http::Header>& headers);

/// The length of the body of a request that is not unfit. Without Content-Length there is none:
/// `curl -X PUT` sends no such header.
[[nodiscard]] std::size_t body_length(const std::vector<http::Header>& headers);

}  // namespace maintenance::agent
