#pragma once

#include <string>

#include "agent/server/exchange.h"

namespace maintenance::agent {

/// An answer to `method` as it goes over the wire: HTTP/1.1, and the last one of its connection.
[[nodiscard]] std::string response_bytes(const std::string& method, const ApiResponse& answer);

}  // namespace maintenance::agent
