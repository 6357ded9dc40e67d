#pragma once

#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>

#include "common/clock.h"
#include "common/kube/client.h"
#include "plugin/tunnel/agent_client.h"
#include "plugin/tunnel/handshake.h"
#include "tests/support/scripted_server.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/frames.h"

namespace maintenance::testing {

/// A PodList with one agent pod of the given name.
inline std::string agent_list(const std::string& pod = "agent-0") {
  return R"({"items":[{"metadata":{"name":")" + pod +
         R"(","labels":{"cassandra-cluster-instance":"demo"}},"status":{"phase":"Running",)"
         R"("conditions":[{"type":"Ready","status":"True"}]}}]})";
}

/// An answer that keeps the connection open, as the API server's.
inline std::string kept_answer(int status, const std::string& body) {
  return http_answer(status, body, "application/json", "Connection: keep-alive\r\n");
}

/// Answers an upgrade request properly; `tail` comes in the same piece.
inline step::Reply switching(std::string tail = {}) {
  return step::Reply{[tail = std::move(tail)](const std::string& request) {
    const std::string name = "Sec-WebSocket-Key: ";
    const auto from = request.find(name) + name.size();
    const std::string key = request.substr(from, request.find("\r\n", from) - from);
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           plugin::accept_value(key) + "\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n" +
           tail;
  }};
}

/// Gives back the same list whenever it is asked.
inline step::Reply listing(const std::string& pod = "agent-0") {
  return step::Reply{[pod](const std::string&) { return kept_answer(200, agent_list(pod)); }};
}

inline std::string agent_answer(const std::string& body, int status = 200) {
  return http_answer(status, body);
}

/// The plugin's way to an agent, from the API server on, against a scripted API server.
struct TunnelStage {
  explicit TunnelStage(std::vector<Script> scripts, Script for_others = {},
                       plugin::Way wanted = plugin::Way::tunnel)
      : way(wanted), server(std::move(scripts), std::move(for_others)) {}

  [[nodiscard]] static plugin::LoadedAccess access(const std::string& url) {
    plugin::LoadedAccess loaded;
    auto endpoint = http::parse_endpoint(url);
    BOOST_REQUIRE(endpoint.ok());
    loaded.access.endpoint = *endpoint;
    loaded.access.namespace_name = "cassandra";
    loaded.context_name = "dev";
    loaded.user_name = "me";
    return loaded;
  }

  [[nodiscard]] Result<http::Response> send(
      const http::Request& request, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    return agent.send(request, std::chrono::steady_clock::now() + limit);
  }

  plugin::Way way;
  ScriptedServer server;
  http::Watchdog watchdog;
  std::ostringstream said;
  plugin::Trace trace{said, 6};
  SystemClock clock;
  plugin::SystemRandom random;
  FakePrograms programs;
  FakeTerminal terminal;
  plugin::Credentials credentials{access(server.url()), {clock, programs, terminal}};
  plugin::ApiServer api{credentials, watchdog, trace};
  kube::Client client{api, clock, "cassandra"};
  plugin::Explainer explainer{api, client};
  plugin::AgentFinder finder{client, {}};
  plugin::Tunnel tunnel{api, explainer, random, trace};
  plugin::PodProxy proxy{api, explainer, trace};
  plugin::AgentClient agent{{finder, tunnel, proxy, explainer, trace, way}};
};

inline const http::Request get_status{"GET", "/v1/status", {}, ""};
inline const http::Request put_pod{
    "PUT", "/v1/pods/a", {{"Content-Type", "application/json"}}, R"({"reason":"r"})"};

}  // namespace maintenance::testing
