#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "common/result.h"

namespace maintenance::agent {

/// Longest token that is passed on to the API server, which itself takes no longer header.
inline constexpr std::size_t token_bytes_max = 16UL * 1024;

/// The bearer token of a request (RFC 6750, section 2.1: the header only, never a query or a body),
/// or nothing. Fails with `unauthorized` for anything in `Authorization` that is no single bearer
/// token; the failure does not repeat it. Pure.
[[nodiscard]] Result<std::optional<std::string>> bearer_token(
    const std::vector<http::Header>& headers);

}  // namespace maintenance::agent
