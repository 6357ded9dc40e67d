#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"

namespace maintenance::plugin {

/// A command to run in a container.
struct ExecRequest {
  std::string pod;
  std::string container = {};  ///< empty: the one that holds the pod
  std::vector<std::string> command;
  bool input = false;  ///< the command reads our standard input
  bool tty = false;    ///< the command gets a terminal of its own
};

/// Kubernetes' remote command protocol over WebSockets. The fifth version alone can tell a command
/// that its input has ended (Kubernetes 1.30).
inline constexpr std::string_view exec_protocol_v5 = "v5.channel.k8s.io";
inline constexpr std::string_view exec_protocol_v4 = "v4.channel.k8s.io";

/// What to offer, best first: the fifth version only, where a command waits for the end of its
/// input. Somebody at a terminal ends it with Ctrl-D.
[[nodiscard]] std::vector<std::string_view> exec_protocols(const ExecRequest& request);

/// The GET that asks the API server to run the command. Everything is percent-encoded.
[[nodiscard]] http::Request exec_http_request(const std::string& namespace_name,
                                              const ExecRequest& request, const std::string& key);

}  // namespace maintenance::plugin
