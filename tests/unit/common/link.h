#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/http/connection.h"
#include "common/http/tls.h"
#include "common/http/watchdog.h"
#include "tests/support/check.h"
#include "tests/support/scripted_server.h"

namespace maintenance::testing {

/// How long a test waits for what must happen: far longer than it takes, so that a busy machine
/// never makes a test fail.
inline constexpr std::chrono::seconds patience{20};

[[nodiscard]] inline Deadline in(std::chrono::milliseconds duration) {
  return std::chrono::steady_clock::now() + duration;
}

[[nodiscard]] inline http::Endpoint plain_endpoint(const ScriptedServer& server) {
  http::Endpoint endpoint;
  endpoint.tls = false;
  endpoint.host = "127.0.0.1";
  endpoint.port = server.port();
  return endpoint;
}

/// A scripted server and one plain connection to it.
struct Link {
  explicit Link(std::vector<Script> scripts) : server(std::move(scripts)) {
    auto opened = http::Connection::open(plain_endpoint(server), nullptr, watchdog, in(patience));
    REQUIRE_OK(opened);
    connection = std::move(*opened);
  }

  [[nodiscard]] Result<http::Response> get(const std::string& target = "/",
                                           std::chrono::milliseconds limit = patience) {
    return connection->exchange(http::Request{"GET", target, {}, {}}, in(limit));
  }
  [[nodiscard]] Result<http::Response> patch(std::chrono::milliseconds limit = patience) {
    return connection->exchange(http::Request{"PATCH", "/", {}, "{}"}, in(limit));
  }

  ScriptedServer server;
  http::Watchdog watchdog;
  std::unique_ptr<http::Connection> connection;
};

}  // namespace maintenance::testing
