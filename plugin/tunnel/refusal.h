#pragma once

#include <string>

#include "common/http/message.h"
#include "common/result.h"
#include "plugin/discovery/agent_pod.h"

namespace maintenance::plugin {

/// Why a tunnel was not opened.
struct Refusal {
  Error why;
  /// The tunnel itself was refused, by something in between or on the pod's node, and not the
  /// caller or the pod: another way may work.
  bool of_the_way = false;
};

/// Reads the answer to an upgrade that is no switch. `unauthorized` and `forbidden` are the API
/// server's own words about the caller.
[[nodiscard]] Refusal read_refusal(const http::Response& answer, const AgentPod& pod,
                                   const std::string& namespace_name);

}  // namespace maintenance::plugin
