#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <memory>
#include <string>

#include "agent/server/listener.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {

/// A whole agent behind a real socket, over a fake cluster with two pods in dc1. Owned by one test.
struct ListenerStage : AgentStage {
  ListenerStage();
  /// Again, at another address or with another deadline for reading.
  void listen(const std::string& bind,
              std::chrono::milliseconds read_time_max = agent::ListenerLimits().read_time_max);
  [[nodiscard]] Poco::Net::StreamSocket connect() const;
  /// Everything that comes back until the connection ends.
  [[nodiscard]] std::string exchange(const std::string& bytes) const;

  std::unique_ptr<agent::Listener> listener;
};

/// What came until the end; a reset after the answer ends it like a close does.
[[nodiscard]] std::string read_all(Poco::Net::StreamSocket& socket);

[[nodiscard]] std::string status_line(const std::string& answer);

/// How many answers came on one connection.
[[nodiscard]] std::size_t answers_in(const std::string& bytes);

}  // namespace maintenance::testing
