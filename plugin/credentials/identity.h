#pragma once

#include <string>
#include <vector>

#include "common/http/message.h"
#include "plugin/kubeconfig/kubeconfig.h"

namespace maintenance::plugin {

/// The headers that make the API server treat us as somebody else; none without a user. The keys of
/// extra are in lower case and percent-encoded where they could not be part of a header's name
/// (client-go, transport/round_trippers.go).
[[nodiscard]] std::vector<http::Header> impersonation_headers(const Impersonation& as);

/// "Basic …" of RFC 7617.
[[nodiscard]] http::Header basic_header(const std::string& username, const std::string& password);

}  // namespace maintenance::plugin
