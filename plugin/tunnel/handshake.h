#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/result.h"
#include "plugin/tunnel/random_source.h"

namespace maintenance::plugin {

/// The port-forward protocol that every Kubernetes since 1.6 speaks without SPDY.
inline constexpr std::string_view tunnel_protocol = "v4.channel.k8s.io";

/// A fresh Sec-WebSocket-Key: 16 random bytes in base64.
[[nodiscard]] std::string make_websocket_key(RandomSource& random);
/// What a server must answer to `key` (RFC 6455 section 4.2.2).
[[nodiscard]] std::string accept_value(const std::string& key);

/// The GET that asks the API server to forward `port` of a pod. The names are percent-encoded.
[[nodiscard]] http::Request port_forward_request(const std::string& namespace_name,
                                                 const std::string& pod, std::uint16_t port,
                                                 const std::string& key);

/// The headers of a request that asks to switch to one of these protocols, best first.
[[nodiscard]] std::vector<http::Header> upgrade_headers(
    const std::string& key, const std::vector<std::string_view>& protocols);

/// Checks the header block of a 101 answer to what was offered, and gives back the protocol that
/// the server chose. Fails with `protocol`, naming what is wrong.
[[nodiscard]] Result<std::string> check_switch(const std::vector<http::Header>& headers,
                                               const std::string& key,
                                               const std::vector<std::string_view>& offered);

}  // namespace maintenance::plugin
