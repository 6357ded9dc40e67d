#pragma once

namespace maintenance::plugin {

/// How requests get from the API server to the agent's pod.
enum class Way {
  automatic,  ///< the tunnel; the proxy when something in between does not pass tunnels on
  tunnel,     ///< the port-forward protocol, by way of the pod's node
  proxy,      ///< the API server's pod proxy: it connects to the pod itself
};

}  // namespace maintenance::plugin
